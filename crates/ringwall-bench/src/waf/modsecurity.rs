//! ModSecurity 3, called as web servers call it: by its library for C, which is loaded when it is wanted.

use std::error::Error;
use std::ffi::{CStr, CString, c_char, c_int, c_uchar, c_void};
use std::ptr;

use super::requests::Sent;

type Pointer = *mut c_void;

/// A library that was loaded, with rules.
pub struct ModSecurity {
    engine: Pointer,
    rules: Pointer,
    calls: Calls,
}

/// What is called, as the library's headers declare it.
struct Calls {
    new_transaction: unsafe extern "C" fn(Pointer, Pointer, Pointer) -> Pointer,
    connection: unsafe extern "C" fn(Pointer, *const c_char, c_int, *const c_char, c_int) -> c_int,
    uri: unsafe extern "C" fn(Pointer, *const c_char, *const c_char, *const c_char) -> c_int,
    header: unsafe extern "C" fn(Pointer, *const c_uchar, usize, *const c_uchar, usize) -> c_int,
    headers: unsafe extern "C" fn(Pointer) -> c_int,
    append_body: unsafe extern "C" fn(Pointer, *const c_uchar, usize) -> c_int,
    body: unsafe extern "C" fn(Pointer) -> c_int,
    intervention: unsafe extern "C" fn(Pointer, *mut Intervention) -> c_int,
    cleanup: unsafe extern "C" fn(Pointer),
}

#[repr(C)]
struct Intervention {
    status: c_int,
    pause: c_int,
    url: *mut c_char,
    log: *mut c_char,
    disruptive: c_int,
}

/// Messages are not wanted.
unsafe extern "C" fn ignore(_: Pointer, _: *const c_void) {}

impl ModSecurity {
    /// Loads the library and a file of rules.
    pub fn load(library: &str, rules: &str) -> Result<ModSecurity, Box<dyn Error>> {
        let path = CString::new(library)?;
        // SAFETY: the name ends with a zero; what the library does as it is loaded is its own business.
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW) };
        if handle.is_null() {
            // SAFETY: there was an error, so that there is a message.
            let message = unsafe { CStr::from_ptr(libc::dlerror()) };
            return Err(format!("{library}: {}", message.to_string_lossy()).into());
        }
        let file = CString::new(rules)?;
        // SAFETY: the functions have the types that the library's headers declare; pointers come from the library itself.
        unsafe {
            let init: unsafe extern "C" fn() -> Pointer = function(handle, c"msc_init")?;
            let log: unsafe extern "C" fn(Pointer, unsafe extern "C" fn(Pointer, *const c_void)) =
                function(handle, c"msc_set_log_cb")?;
            let create: unsafe extern "C" fn() -> Pointer = function(handle, c"msc_create_rules_set")?;
            let add: unsafe extern "C" fn(Pointer, *const c_char, *mut *const c_char) -> c_int =
                function(handle, c"msc_rules_add_file")?;
            let (engine, rules) = (init(), create());
            log(engine, ignore);
            let mut message = ptr::null();
            if add(rules, file.as_ptr(), &mut message) < 0 {
                let message = if message.is_null() { c"no reason" } else { CStr::from_ptr(message) };
                return Err(format!("the rules are not read: {}", message.to_string_lossy()).into());
            }
            Ok(ModSecurity { engine, rules, calls: Calls::find(handle)? })
        }
    }

    /// Whether it would block a request.
    pub fn blocks(&self, sent: &Sent) -> Result<bool, Box<dyn Error>> {
        let (target, method) = (CString::new(sent.target)?, CString::new(sent.method)?);
        let calls = &self.calls;
        // SAFETY: the transaction is used between its making and its end alone; texts live longer than the calls.
        unsafe {
            let transaction = (calls.new_transaction)(self.engine, self.rules, ptr::null_mut());
            (calls.connection)(transaction, c"192.0.2.7".as_ptr(), 40_000, c"192.0.2.1".as_ptr(), 80);
            (calls.uri)(transaction, target.as_ptr(), method.as_ptr(), c"1.1".as_ptr());
            for (name, value) in &sent.headers {
                (calls.header)(transaction, name.as_ptr(), name.len(), value.as_ptr(), value.len());
            }
            (calls.headers)(transaction);
            (calls.append_body)(transaction, sent.body.as_ptr(), sent.body.len());
            (calls.body)(transaction);
            let mut found =
                Intervention { status: 200, pause: 0, url: ptr::null_mut(), log: ptr::null_mut(), disruptive: 0 };
            (calls.intervention)(transaction, &mut found);
            // Both were allocated for whoever asks.
            libc::free(found.url.cast());
            libc::free(found.log.cast());
            (calls.cleanup)(transaction);
            Ok(found.disruptive != 0)
        }
    }
}

impl Calls {
    /// # Safety
    /// The library must be ModSecurity 3.
    unsafe fn find(handle: Pointer) -> Result<Calls, Box<dyn Error>> {
        // SAFETY: the types are those of the library's headers.
        unsafe {
            Ok(Calls {
                new_transaction: function(handle, c"msc_new_transaction")?,
                connection: function(handle, c"msc_process_connection")?,
                uri: function(handle, c"msc_process_uri")?,
                header: function(handle, c"msc_add_n_request_header")?,
                headers: function(handle, c"msc_process_request_headers")?,
                append_body: function(handle, c"msc_append_request_body")?,
                body: function(handle, c"msc_process_request_body")?,
                intervention: function(handle, c"msc_intervention")?,
                cleanup: function(handle, c"msc_transaction_cleanup")?,
            })
        }
    }
}

/// A function of the library.
///
/// # Safety
/// `T` must be the type of the function with that name.
unsafe fn function<T: Copy>(handle: Pointer, name: &CStr) -> Result<T, Box<dyn Error>> {
    // SAFETY: the name ends with a zero, and the library stays loaded.
    let found = unsafe { libc::dlsym(handle, name.as_ptr()) };
    if found.is_null() || size_of::<T>() != size_of::<Pointer>() {
        return Err(format!("there is no `{}` in the library", name.to_string_lossy()).into());
    }
    // SAFETY: a function is a pointer, and the caller says of which type.
    Ok(unsafe { std::mem::transmute_copy(&found) })
}

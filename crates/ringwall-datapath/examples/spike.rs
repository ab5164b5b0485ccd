//! spike
use aya::{EbpfLoader, programs::SchedClassifier};
fn main() {
    let t = std::time::Instant::now();
    let bytes = aya::include_bytes_aligned!(concat!(env!("OUT_DIR"), "/journey.o"));
    let test = std::env::args().nth(1).is_some() as u32;
    let mut e = EbpfLoader::new().btf(None).override_global("TEST", &test, true).load(bytes).unwrap();
    eprintln!("opened {:?}", t.elapsed());
    for n in ["from_interface", "from_uplink", "interface_entry", "uplink_entry", "sweep"] {
        let p: &mut SchedClassifier = e.program_mut(n).unwrap().try_into().unwrap();
        match p.load() {
            Ok(()) => {
                let i = p.info().unwrap();
                eprintln!(
                    "{n} ok {:?} verified {:?} jit {:?}",
                    t.elapsed(),
                    i.verified_instruction_count(),
                    i.size_jitted()
                )
            }
            Err(err) => {
                let s = format!("{err:?}").replace("\\n", "\n");
                let l: Vec<_> = s.lines().collect();
                eprintln!("{n}: {}", l[l.len().saturating_sub(30)..].join("\n"));
            }
        }
    }
}

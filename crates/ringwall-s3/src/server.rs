//! The server: from a request to an answer.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderValue, Request, Response};
use ringwall_policy::Caller;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::path::S3Path;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, S3Error, S3Result};

use crate::asked::Asked;
use crate::context::{Admitted, RequestContext};
use crate::document;
use crate::failure::Failure;
use crate::host::Hosts;
use crate::identity::Identities;
use crate::operations::{Operations, now};
use crate::random;
use crate::store::{Store, StoreError};

/// An S3 server over a folder.
#[derive(Clone)]
pub struct Server {
    operations: Operations,
    service: S3Service,
}

impl Server {
    /// Opens the folder, which is made if it is not there. All buckets are those of one account. One server at a time can have a folder
    /// open.
    pub fn open(folder: &Path, account: &str, identities: Arc<dyn Identities>) -> Result<Server, StoreError> {
        let store = Arc::new(Store::open(folder)?);
        let operations = Operations { store, identities: identities.clone(), account: account.to_owned() };
        let mut builder = S3ServiceBuilder::new(operations.clone());
        builder.set_auth(Keys(identities));
        builder.set_access(Agreement);
        builder.set_host(Hosts);
        Ok(Server { operations, service: builder.build() })
    }

    /// Answers a request. It is let in, or refused, by its head alone; a body that is refused is not read.
    pub async fn handle(&self, request: Request<Body>, context: RequestContext) -> Response<Body> {
        let request_id = random::request_id();
        let answered = self.answer(request, context).await;
        let mut response = answered.unwrap_or_else(|failure| failure.into_response(&request_id));
        if response.status().is_client_error() || response.status().is_server_error() {
            name_request(&mut response, &request_id);
        }
        if let Ok(id) = HeaderValue::try_from(request_id) {
            response.headers_mut().insert("x-amz-request-id", id);
        }
        response
    }

    async fn answer(&self, request: Request<Body>, context: RequestContext) -> Result<Response<Body>, Failure> {
        let (mut head, body) = request.into_parts();
        let admitted = self.operations.gate().admit(&head, context, now())?;
        if let Some((code, message)) = admitted.asked.operation.absent {
            return Err(Failure::new(code, 404, message));
        }
        let body = match admitted.asked.operation.takes_a_document() {
            true => document::read(&head, &admitted.asked, body).await?,
            false => body,
        };
        whole_address(&mut head);
        head.extensions.insert(Arc::new(admitted));
        let called = self.service.call(Request::from_parts(head, body)).await;
        called.map_err(|_| Failure::new("InternalError", 500, "We encountered an internal error. Please try again."))
    }

    /// Puts an object on a service's behalf, such as logs that are delivered. The policies of the endpoint, if there is one, and of
    /// the bucket may forbid it; no statement has to permit it.
    pub async fn deliver(
        &self,
        service: &str,
        context: RequestContext,
        (bucket, key): (&str, &str),
        content_type: &str,
        bytes: Bytes,
    ) -> Result<(), Failure> {
        let caller = Caller::Service(service.to_owned());
        self.operations.deliver(caller, context, (bucket, key), content_type, bytes).await
    }
}

/// Paths only: a request to a proxy names the host twice, and the header is what was signed.
fn whole_address(head: &mut Parts) {
    if head.uri.authority().is_some() {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        head.uri = path.parse().unwrap_or_default();
    }
}

/// Adds the request's id to a refusal that was written without it.
fn name_request(response: &mut Response<Body>, request_id: &str) {
    const END: &str = "</Error>";
    let Some(bytes) = response.body().bytes() else { return };
    let Some(text) = std::str::from_utf8(&bytes).ok().and_then(|text| text.strip_suffix(END)) else { return };
    if !text.contains("<RequestId>") {
        let text = format!("{text}<RequestId>{request_id}</RequestId>{END}");
        response.headers_mut().remove(http::header::CONTENT_LENGTH);
        *response.body_mut() = Body::from(text);
    }
}

/// Secrets, for the signatures of the pieces that a body comes in.
struct Keys(Arc<dyn Identities>);

#[async_trait::async_trait]
impl S3Auth for Keys {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        let found = self.0.find(access_key).map(|identity| SecretKey::from(identity.secret_access_key));
        found.ok_or_else(|| Failure::new("InvalidAccessKeyId", 403, "There is no such key.").into())
    }
}

/// Nothing is done that was not judged: the operation, bucket and key that are about to be worked on must be those that
/// were let in.
struct Agreement;

#[async_trait::async_trait]
impl S3Access for Agreement {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let admitted = context.extensions_mut().get::<Arc<Admitted>>().cloned();
        let agrees = |admitted: Arc<Admitted>| {
            admitted.asked.operation.name == context.s3_op().name()
                && is_same(&admitted.asked, context.s3_path())
                && context.credentials().is_some() == (admitted.caller != Caller::Anonymous)
        };
        match admitted.is_some_and(agrees) {
            true => Ok(()),
            false => Err(S3Error::from(Failure::not_implemented("a request that can be read in two ways"))),
        }
    }
}

fn is_same(asked: &Asked, path: &S3Path) -> bool {
    let (bucket, key) = match path {
        S3Path::Root => (None, None),
        S3Path::Bucket { bucket } => (Some(&**bucket), None),
        S3Path::Object { bucket, key } => (Some(&**bucket), Some(&**key)),
    };
    (asked.bucket.as_deref(), asked.key.as_deref()) == (bucket, key)
}

//! Objects that Ringwall itself puts.

use bytes::Bytes;
use ringwall_policy::Caller;
use s3s::Body;
use s3s::dto::StreamingBlob;

use super::receive::Promised;
use super::{Operations, now};
use crate::admission::own_keys;
use crate::asked::{Asked, arn};
use crate::context::{Admitted, RequestContext};
use crate::failure::Failure;
use crate::operation::OPERATIONS;
use crate::store::{Before, Description, ObjectRecord};

impl Operations {
    pub(crate) async fn deliver(
        &self,
        caller: Caller,
        context: RequestContext,
        (bucket, key): (&str, &str),
        content_type: &str,
        bytes: Bytes,
    ) -> Result<(), Failure> {
        let operation = OPERATIONS.iter().find(|operation| operation.name == "PutObject");
        let operation = operation.ok_or_else(|| Failure::not_implemented("PutObject"))?;
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        let keys = own_keys(&context, &caller, &self.account, now());
        let asked = Asked {
            operation,
            bucket: Some(bucket.clone()),
            key: Some(key.clone()),
            source: None,
            parameters: Vec::new(),
        };
        let admitted = Admitted { context, caller, region: String::new(), asked, keys };
        self.gate().judge(&admitted, "s3:PutObject", &arn(&bucket, &key), Some(&bucket))?;
        let body = StreamingBlob::from(Body::from(bytes));
        let received = self.receive(Some(body), Promised::default()).await?;
        let object = ObjectRecord {
            size: received.segment.size,
            etag: received.etag(),
            segments: vec![received.segment],
            modified: now().millis(),
            description: Description { content_type: Some(content_type.to_owned()), ..Description::default() },
            sums: received.sums,
        };
        let put = self.with_store(move |store| store.put(&bucket, &key, &object, &Before::Anything)).await?;
        super::object::accepted(put)
    }
}

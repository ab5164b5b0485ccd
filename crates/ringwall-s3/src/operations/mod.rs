//! The operations, one a method, as the crate calls them that reads and writes S3's documents.
//!
//! Whoever calls one has been let in ([`crate::admission`]); what they find and what they change is in the [`Store`].

mod bucket;
mod copy;
mod deliver;
mod fixed;
mod listing;
mod multipart;
mod object;
mod receive;

use std::sync::Arc;

use ringwall_wire::Timestamp;
use s3s::dto::{ETagCondition, Timestamp as Moment};
use s3s::{S3, S3Error, S3Request, S3Response, S3Result, dto};

use crate::admission::Gate;
use crate::context::Admitted;
use crate::failure::Failure;
use crate::identity::Identities;
use crate::store::{Before, Store, StoreError};

/// What operations work on.
#[derive(Clone)]
pub(crate) struct Operations {
    pub(crate) store: Arc<Store>,
    pub(crate) identities: Arc<dyn Identities>,
    /// whose buckets they are
    pub(crate) account: String,
}

impl Operations {
    pub(crate) fn gate(&self) -> Gate<'_> {
        Gate { store: &self.store, identities: self.identities.as_ref(), account: &self.account }
    }

    /// Does what waits for the disk, where nobody else waits for it.
    pub(crate) async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Failure> {
        let store = self.store.clone();
        match tokio::task::spawn_blocking(move || work(&store)).await {
            Ok(result) => Ok(result?),
            Err(_) => Err(Failure::new("InternalError", 500, "We encountered an internal error. Please try again.")),
        }
    }

    fn owner(&self) -> dto::Owner {
        dto::Owner { display_name: None, id: Some(canonical_id(&self.account)) }
    }
}

/// The id that S3 knows an account by. AWS's tells nothing; this one is made of the account's number.
fn canonical_id(account: &str) -> String {
    format!("{account:0>64}")
}

/// What is known of a request that was let in.
pub(crate) fn admitted<T>(request: &S3Request<T>) -> S3Result<&Admitted> {
    let admitted = request.extensions.get::<Arc<Admitted>>();
    admitted.map(Arc::as_ref).ok_or_else(|| Failure::new("AccessDenied", 403, "Access Denied").into())
}

/// A time of the store as one of S3's.
fn moment(millis: i64) -> Moment {
    let since = std::time::Duration::from_millis(u64::try_from(millis).unwrap_or_default());
    Moment::from(std::time::UNIX_EPOCH + since)
}

/// What `If-Match` and `If-None-Match` ask of what is there before something is put.
fn before(if_match: Option<&ETagCondition>, if_none_match: Option<&ETagCondition>) -> Result<Before, Failure> {
    match (if_match, if_none_match) {
        (None, None) => Ok(Before::Anything),
        (None, Some(ETagCondition::Any)) => Ok(Before::Nothing),
        (Some(ETagCondition::Any), None) => Ok(Before::Something),
        (Some(ETagCondition::ETag(tag)), None) => Ok(Before::Tag(tag.value().to_owned())),
        _ => Err(Failure::not_implemented("If-Match together with If-None-Match, or If-None-Match with a tag")),
    }
}

fn precondition(name: &str) -> Failure {
    let message = "At least one of the pre-conditions you specified did not hold";
    Failure::new("PreconditionFailed", 412, format!("{message}: {name}"))
}

fn size(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// The time of the clock on the wall.
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

macro_rules! operations {
    ($($name:ident($input:ident) -> $output:ident;)*) => {
        #[async_trait::async_trait]
        impl S3 for Operations {
            $(
                async fn $name(&self, request: S3Request<dto::$input>) -> S3Result<S3Response<dto::$output>> {
                    Ok(S3Response::new(Operations::$name(self, request).await.map_err(S3Error::from)?))
                }
            )*
        }
    };
}

operations! {
    list_buckets(ListBucketsInput) -> ListBucketsOutput;
    create_bucket(CreateBucketInput) -> CreateBucketOutput;
    delete_bucket(DeleteBucketInput) -> DeleteBucketOutput;
    head_bucket(HeadBucketInput) -> HeadBucketOutput;
    get_bucket_location(GetBucketLocationInput) -> GetBucketLocationOutput;
    get_bucket_policy(GetBucketPolicyInput) -> GetBucketPolicyOutput;
    get_bucket_policy_status(GetBucketPolicyStatusInput) -> GetBucketPolicyStatusOutput;
    put_bucket_policy(PutBucketPolicyInput) -> PutBucketPolicyOutput;
    delete_bucket_policy(DeleteBucketPolicyInput) -> DeleteBucketPolicyOutput;
    get_bucket_versioning(GetBucketVersioningInput) -> GetBucketVersioningOutput;
    get_bucket_acl(GetBucketAclInput) -> GetBucketAclOutput;
    get_bucket_request_payment(GetBucketRequestPaymentInput) -> GetBucketRequestPaymentOutput;
    get_bucket_logging(GetBucketLoggingInput) -> GetBucketLoggingOutput;
    get_bucket_accelerate_configuration(GetBucketAccelerateConfigurationInput) -> GetBucketAccelerateConfigurationOutput;
    get_bucket_notification_configuration(GetBucketNotificationConfigurationInput)
        -> GetBucketNotificationConfigurationOutput;
    list_objects(ListObjectsInput) -> ListObjectsOutput;
    list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output;
    get_object(GetObjectInput) -> GetObjectOutput;
    head_object(HeadObjectInput) -> HeadObjectOutput;
    put_object(PutObjectInput) -> PutObjectOutput;
    copy_object(CopyObjectInput) -> CopyObjectOutput;
    delete_object(DeleteObjectInput) -> DeleteObjectOutput;
    delete_objects(DeleteObjectsInput) -> DeleteObjectsOutput;
    create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput;
    upload_part(UploadPartInput) -> UploadPartOutput;
    upload_part_copy(UploadPartCopyInput) -> UploadPartCopyOutput;
    complete_multipart_upload(CompleteMultipartUploadInput) -> CompleteMultipartUploadOutput;
    abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput;
    list_parts(ListPartsInput) -> ListPartsOutput;
    list_multipart_uploads(ListMultipartUploadsInput) -> ListMultipartUploadsOutput;
}

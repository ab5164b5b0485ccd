//! What is so of every bucket here: there are no versions, no access lists, no logs of access, no acceleration and no notifications.

use s3s::S3Request;
use s3s::dto::{self, GetBucketAclOutput, GetBucketRequestPaymentOutput, Grant, Grantee, Payer, Permission, Type};

use super::{Operations, canonical_id};
use crate::failure::Failure;

macro_rules! nothing {
    ($($name:ident($input:ident) -> $output:ident;)*) => {
        impl Operations {
            $(
                pub(super) async fn $name(&self, _: S3Request<dto::$input>) -> Result<dto::$output, Failure> {
                    Ok(dto::$output::default())
                }
            )*
        }
    };
}

nothing! {
    get_bucket_versioning(GetBucketVersioningInput) -> GetBucketVersioningOutput;
    get_bucket_logging(GetBucketLoggingInput) -> GetBucketLoggingOutput;
    get_bucket_accelerate_configuration(GetBucketAccelerateConfigurationInput) -> GetBucketAccelerateConfigurationOutput;
    get_bucket_notification_configuration(GetBucketNotificationConfigurationInput)
        -> GetBucketNotificationConfigurationOutput;
}

impl Operations {
    /// The owner may do everything, and nobody else is named.
    pub(super) async fn get_bucket_acl(
        &self,
        _: S3Request<dto::GetBucketAclInput>,
    ) -> Result<GetBucketAclOutput, Failure> {
        let grantee = Grantee {
            display_name: None,
            email_address: None,
            id: Some(canonical_id(&self.account)),
            type_: Type::from_static(Type::CANONICAL_USER),
            uri: None,
        };
        let permission = Permission::from_static(Permission::FULL_CONTROL);
        let grant = Grant { grantee: Some(grantee), permission: Some(permission) };
        Ok(GetBucketAclOutput { grants: Some(vec![grant]), owner: Some(self.owner()) })
    }

    /// The owner pays, that is, nobody.
    pub(super) async fn get_bucket_request_payment(
        &self,
        _: S3Request<dto::GetBucketRequestPaymentInput>,
    ) -> Result<GetBucketRequestPaymentOutput, Failure> {
        Ok(GetBucketRequestPaymentOutput { payer: Some(Payer::from_static(Payer::BUCKET_OWNER)) })
    }
}

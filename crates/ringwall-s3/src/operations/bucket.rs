//! Buckets and their policies.

use ringwall_policy::{Kind, Policy, S3_KEYS};
use s3s::S3Request;
use s3s::dto::{
    self, CreateBucketInput, CreateBucketOutput, DeleteBucketInput, DeleteBucketOutput, DeleteBucketPolicyInput,
    DeleteBucketPolicyOutput, GetBucketLocationInput, GetBucketLocationOutput, GetBucketPolicyInput,
    GetBucketPolicyOutput, GetBucketPolicyStatusInput, GetBucketPolicyStatusOutput, HeadBucketInput, HeadBucketOutput,
    ListBucketsInput, ListBucketsOutput, PutBucketPolicyInput, PutBucketPolicyOutput,
};

use super::{Operations, admitted, moment, now};
use crate::failure::Failure;
use crate::store::{Bucket, Deleted};

/// The Region whose buckets name no Region.
const FIRST: &str = "us-east-1";

/// As many buckets are listed at once.
const MOST_LISTED: usize = 10_000;

impl Operations {
    pub(super) async fn list_buckets(
        &self,
        request: S3Request<ListBucketsInput>,
    ) -> Result<ListBucketsOutput, Failure> {
        let ListBucketsInput { bucket_region, continuation_token, max_buckets, prefix, .. } = request.input;
        let most = max_buckets.map_or(MOST_LISTED, |most| usize::try_from(most).unwrap_or(0));
        if !(1..=MOST_LISTED).contains(&most) {
            return Err(Failure::new("InvalidArgument", 400, "max-buckets must be between 1 and 10000"));
        }
        let (start, after) = (prefix.clone().unwrap_or_default(), continuation_token.unwrap_or_default());
        let mut buckets = self.with_store(|store| store.buckets()).await?;
        buckets.retain(|(name, bucket)| {
            name.starts_with(&start)
                && *name > after
                && bucket_region.as_ref().is_none_or(|region| *region == bucket.region)
        });
        let is_more = buckets.len() > most;
        buckets.truncate(most);
        let continuation_token = buckets.last().filter(|_| is_more).map(|(name, _)| name.clone());
        let buckets = buckets.into_iter().map(|(name, bucket)| dto::Bucket {
            bucket_region: Some(bucket.region),
            creation_date: Some(moment(bucket.created)),
            name: Some(name),
        });
        Ok(ListBucketsOutput {
            buckets: Some(buckets.collect()),
            continuation_token,
            owner: Some(self.owner()),
            prefix,
        })
    }

    pub(super) async fn create_bucket(
        &self,
        request: S3Request<CreateBucketInput>,
    ) -> Result<CreateBucketOutput, Failure> {
        let signed_for = admitted(&request).map(|admitted| admitted.region.clone()).unwrap_or_default();
        let CreateBucketInput { bucket: name, create_bucket_configuration, object_lock_enabled_for_bucket, .. } =
            request.input;
        if object_lock_enabled_for_bucket == Some(true) {
            return Err(Failure::not_implemented("x-amz-bucket-object-lock-enabled"));
        }
        let configuration = create_bucket_configuration.unwrap_or_default();
        if configuration.bucket.is_some() || configuration.location.is_some() {
            return Err(Failure::not_implemented("directory buckets"));
        }
        let constraint = configuration.location_constraint.map(|region| region.as_str().to_owned());
        let region = region_of(&signed_for, constraint)?;
        let bucket = Bucket { region, created: now().millis(), policy: None };
        let location = format!("/{name}");
        let there = self.with_store(move |store| store.create_bucket(&name, &bucket)).await?;
        match there {
            None => Ok(CreateBucketOutput { location: Some(location) }),
            // As for ever in the first Region.
            Some(there) if there.region == FIRST && signed_for == FIRST => {
                Ok(CreateBucketOutput { location: Some(location) })
            }
            Some(_) => {
                let message = "Your previous request to create the named bucket succeeded and you already own it.";
                Err(Failure::new("BucketAlreadyOwnedByYou", 409, message))
            }
        }
    }

    pub(super) async fn delete_bucket(
        &self,
        request: S3Request<DeleteBucketInput>,
    ) -> Result<DeleteBucketOutput, Failure> {
        match self.with_store(move |store| store.delete_bucket(&request.input.bucket)).await? {
            Deleted::Gone => Ok(DeleteBucketOutput {}),
            Deleted::NotThere => Err(Failure::no_such_bucket()),
            Deleted::NotEmpty => {
                Err(Failure::new("BucketNotEmpty", 409, "The bucket you tried to delete is not empty"))
            }
        }
    }

    async fn bucket(&self, name: String) -> Result<Bucket, Failure> {
        self.with_store(move |store| store.bucket(&name)).await?.ok_or_else(Failure::no_such_bucket)
    }

    pub(super) async fn head_bucket(&self, request: S3Request<HeadBucketInput>) -> Result<HeadBucketOutput, Failure> {
        let bucket = self.bucket(request.input.bucket).await?;
        Ok(HeadBucketOutput { bucket_region: Some(bucket.region), ..HeadBucketOutput::default() })
    }

    pub(super) async fn get_bucket_location(
        &self,
        request: S3Request<GetBucketLocationInput>,
    ) -> Result<GetBucketLocationOutput, Failure> {
        let region = self.bucket(request.input.bucket).await?.region;
        let location_constraint = (region != FIRST).then(|| region.into());
        Ok(GetBucketLocationOutput { location_constraint })
    }

    async fn policy(&self, name: String) -> Result<String, Failure> {
        let missing = || Failure::new("NoSuchBucketPolicy", 404, "The bucket policy does not exist");
        self.bucket(name).await?.policy.ok_or_else(missing)
    }

    pub(super) async fn get_bucket_policy(
        &self,
        request: S3Request<GetBucketPolicyInput>,
    ) -> Result<GetBucketPolicyOutput, Failure> {
        Ok(GetBucketPolicyOutput { policy: Some(self.policy(request.input.bucket).await?) })
    }

    pub(super) async fn get_bucket_policy_status(
        &self,
        request: S3Request<GetBucketPolicyStatusInput>,
    ) -> Result<GetBucketPolicyStatusOutput, Failure> {
        let policy = self.policy(request.input.bucket).await?;
        let is_public = Policy::parse(&policy, Kind::Resource).is_ok_and(|policy| policy.is_public());
        Ok(GetBucketPolicyStatusOutput { policy_status: Some(dto::PolicyStatus { is_public: Some(is_public) }) })
    }

    pub(super) async fn put_bucket_policy(
        &self,
        request: S3Request<PutBucketPolicyInput>,
    ) -> Result<PutBucketPolicyOutput, Failure> {
        let PutBucketPolicyInput { bucket, policy, .. } = request.input;
        check_policy(&policy, &bucket)?;
        self.set_policy(bucket, Some(policy)).await?;
        Ok(PutBucketPolicyOutput {})
    }

    pub(super) async fn delete_bucket_policy(
        &self,
        request: S3Request<DeleteBucketPolicyInput>,
    ) -> Result<DeleteBucketPolicyOutput, Failure> {
        self.set_policy(request.input.bucket, None).await?;
        Ok(DeleteBucketPolicyOutput {})
    }

    async fn set_policy(&self, bucket: String, policy: Option<String>) -> Result<(), Failure> {
        let was_there = self.with_store(move |store| store.set_policy(&bucket, policy)).await?;
        if was_there { Ok(()) } else { Err(Failure::no_such_bucket()) }
    }
}

/// Where a bucket is to be: what is asked for must be the Region that is spoken to, and only the first one needs no word.
fn region_of(signed_for: &str, constraint: Option<String>) -> Result<String, Failure> {
    match constraint.filter(|region| !region.is_empty()) {
        None if signed_for == FIRST => Ok(FIRST.to_owned()),
        Some(region) if region != FIRST && (signed_for == FIRST || region == signed_for) => Ok(region),
        Some(region) if region == FIRST => {
            Err(Failure::new("InvalidLocationConstraint", 400, "The specified location-constraint is not valid"))
        }
        constraint => {
            let what = constraint.as_deref().unwrap_or("unspecified");
            let message = format!(
                "The {what} location constraint is incompatible for the region specific endpoint this request was sent to."
            );
            Err(Failure::new("IllegalLocationConstraintException", 400, message))
        }
    }
}

/// A bucket's policy is a policy, of actions of S3, about this bucket and what is in it.
fn check_policy(text: &str, bucket: &str) -> Result<(), Failure> {
    let malformed = |message: String| Failure::new("MalformedPolicy", 400, message);
    let policy = Policy::parse(text, Kind::Resource).map_err(|wrong| malformed(wrong.to_string()))?;
    // A key that is missing because it is not built would decide.
    if let Some(key) = policy.ungiven_key(S3_KEYS) {
        return Err(Failure::not_implemented(&format!("the condition key {key}")));
    }
    let own = format!("arn:aws:s3:::{bucket}");
    for (number, statement) in policy.statements.iter().enumerate() {
        let about = statement.resources.patterns();
        let is_own = |resource: &str| {
            resource.strip_prefix(&own).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '*', '?']))
        };
        if let Some(other) = about.iter().find(|pattern| !is_own(pattern.as_str())) {
            let message = format!("Statement[{number}].Resource: Policy has invalid resource: {}", other.as_str());
            return Err(malformed(message));
        }
        let actions = statement.actions.patterns();
        let is_s3s =
            |action: &str| action == "*" || action.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("s3:"));
        if let Some(other) = actions.iter().find(|pattern| !is_s3s(pattern.as_str())) {
            let message = format!("Statement[{number}].Action: Policy has invalid action: {}", other.as_str());
            return Err(malformed(message));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_made_in_the_region_that_is_spoken_to() {
        let region = |signed: &str, constraint: Option<&str>| {
            region_of(signed, constraint.map(str::to_owned)).map_err(|failure| failure.code)
        };
        assert_eq!(region("us-east-1", None).unwrap(), "us-east-1");
        assert_eq!(region("us-east-1", Some("eu-west-1")).unwrap(), "eu-west-1");
        assert_eq!(region("eu-west-1", Some("eu-west-1")).unwrap(), "eu-west-1");
        assert_eq!(region("eu-west-1", None), Err("IllegalLocationConstraintException"));
        assert_eq!(region("eu-west-1", Some("eu-west-2")), Err("IllegalLocationConstraintException"));
        assert_eq!(region("us-east-1", Some("us-east-1")), Err("InvalidLocationConstraint"));
    }

    #[test]
    fn a_buckets_policy_is_about_itself() {
        let check = |action: &str, resource: &str| {
            let text = format!(
                r#"{{"Statement": {{"Effect": "Deny", "Principal": "*", "Action": "{action}", "Resource": "{resource}"}}}}"#
            );
            check_policy(&text, "logs").map_err(|failure| failure.code)
        };
        for resource in ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*", "arn:aws:s3:::logs/a", "arn:aws:s3:::logs*"] {
            assert_eq!(check("s3:*", resource), Ok(()), "{resource}");
        }
        for resource in ["*", "arn:aws:s3:::*", "arn:aws:s3:::logs2/a", "arn:aws:s3:::other"] {
            assert_eq!(check("s3:*", resource), Err("MalformedPolicy"), "{resource}");
        }
        assert_eq!(check("*", "arn:aws:s3:::logs"), Ok(()));
        assert_eq!(check("ec2:*", "arn:aws:s3:::logs"), Err("MalformedPolicy"));
        assert_eq!(check_policy("{}", "logs").unwrap_err().message, "`Statement` is missing");
    }
}

//! Lists of objects, in both versions.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::S3Request;
use s3s::dto::{
    CommonPrefix, ETag, EncodingType, ListObjectsInput, ListObjectsOutput, ListObjectsV2Input, ListObjectsV2Output,
    Object, ObjectStorageClass, Owner,
};

use super::{Operations, moment, size};
use crate::failure::Failure;
use crate::store::{Listed, Listing, Wanted};

/// As many entries are listed at once.
const MOST_LISTED: usize = 1_000;

/// What keys are written without where they are to be encoded, so that every key can be written in XML.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'/');

/// How keys are written.
#[derive(Clone, Copy)]
pub(super) struct Writing {
    is_encoded: bool,
}

impl Writing {
    pub(super) fn of(encoding: Option<&EncodingType>) -> Result<Writing, Failure> {
        match encoding.map(EncodingType::as_str) {
            None => Ok(Writing { is_encoded: false }),
            Some(EncodingType::URL) => Ok(Writing { is_encoded: true }),
            Some(_) => Err(Failure::new("InvalidArgument", 400, "Invalid Encoding Method specified in Request")),
        }
    }

    pub(super) fn write(self, text: &str) -> String {
        if self.is_encoded { utf8_percent_encode(text, ENCODED).to_string() } else { text.to_owned() }
    }
}

/// How many entries are wanted: what is given, up to the most there are at once.
pub(super) fn most(given: Option<i32>) -> Result<usize, Failure> {
    let given = given.map_or(Ok(MOST_LISTED), usize::try_from);
    let given = given.map_err(|_| {
        Failure::new("InvalidArgument", 400, "Argument maxKeys must be an integer between 0 and 2147483647")
    })?;
    Ok(given.min(MOST_LISTED))
}

impl Operations {
    async fn list(&self, bucket: String, wanted: Wanted) -> Result<Listing, Failure> {
        self.with_store(move |store| store.list(&bucket, &wanted)).await
    }

    pub(super) async fn list_objects(
        &self,
        request: S3Request<ListObjectsInput>,
    ) -> Result<ListObjectsOutput, Failure> {
        let input = request.input;
        let (writing, most) = (Writing::of(input.encoding_type.as_ref())?, most(input.max_keys)?);
        let wanted = Wanted {
            prefix: input.prefix.clone().unwrap_or_default(),
            delimiter: input.delimiter.clone().unwrap_or_default(),
            after: input.marker.clone().unwrap_or_default(),
            most,
        };
        let listing = self.list(input.bucket.clone(), wanted).await?;
        let (contents, common_prefixes) = entries(&listing, writing, Some(&self.owner()));
        Ok(ListObjectsOutput {
            name: Some(input.bucket),
            prefix: Some(writing.write(&input.prefix.unwrap_or_default())),
            marker: Some(writing.write(&input.marker.unwrap_or_default())),
            max_keys: i32::try_from(most).ok(),
            is_truncated: Some(listing.more_after.is_some()),
            contents: Some(contents),
            common_prefixes: Some(common_prefixes),
            // Without a delimiter the last key says the same.
            next_marker: listing.more_after.filter(|_| input.delimiter.is_some()).map(|after| writing.write(&after)),
            delimiter: input.delimiter.map(|delimiter| writing.write(&delimiter)),
            encoding_type: input.encoding_type,
            request_charged: None,
        })
    }

    pub(super) async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> Result<ListObjectsV2Output, Failure> {
        let input = request.input;
        let (writing, most) = (Writing::of(input.encoding_type.as_ref())?, most(input.max_keys)?);
        let after = match &input.continuation_token {
            None => input.start_after.clone().unwrap_or_default(),
            Some(token) => read_token(token)?,
        };
        let wanted = Wanted {
            prefix: input.prefix.clone().unwrap_or_default(),
            delimiter: input.delimiter.clone().unwrap_or_default(),
            after,
            most,
        };
        let listing = self.list(input.bucket.clone(), wanted).await?;
        let owner = self.owner();
        let (contents, common_prefixes) =
            entries(&listing, writing, (input.fetch_owner == Some(true)).then_some(&owner));
        Ok(ListObjectsV2Output {
            name: Some(input.bucket),
            prefix: Some(writing.write(&input.prefix.unwrap_or_default())),
            max_keys: i32::try_from(most).ok(),
            key_count: i32::try_from(listing.entries.len()).ok(),
            continuation_token: input.continuation_token,
            is_truncated: Some(listing.more_after.is_some()),
            next_continuation_token: listing.more_after.as_deref().map(written_token),
            contents: Some(contents),
            common_prefixes: Some(common_prefixes),
            delimiter: input.delimiter.map(|delimiter| writing.write(&delimiter)),
            encoding_type: input.encoding_type,
            start_after: input.start_after.map(|after| writing.write(&after)),
            request_charged: None,
        })
    }
}

fn entries(listing: &Listing, writing: Writing, owner: Option<&Owner>) -> (Vec<Object>, Vec<CommonPrefix>) {
    let (mut contents, mut common_prefixes) = (Vec::new(), Vec::new());
    for entry in &listing.entries {
        match entry {
            Listed::Group(prefix) => common_prefixes.push(CommonPrefix { prefix: Some(writing.write(prefix)) }),
            Listed::Object(key, object) => contents.push(Object {
                e_tag: Some(ETag::Strong(object.etag.clone())),
                key: Some(writing.write(key)),
                last_modified: Some(moment(object.modified)),
                owner: owner.cloned(),
                size: Some(size(object.size)),
                storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
                ..Object::default()
            }),
        }
    }
    (contents, common_prefixes)
}

/// A token is the key that the next list begins behind.
fn written_token(after: &str) -> String {
    ringwall_wire::Blob(after.as_bytes().to_vec()).base64()
}

fn read_token(token: &str) -> Result<String, Failure> {
    let bytes = ringwall_wire::Blob::parse(token).ok();
    let after = bytes.and_then(|bytes| String::from_utf8(bytes.0).ok());
    after.ok_or_else(|| Failure::new("InvalidArgument", 400, "The continuation token provided is incorrect"))
}

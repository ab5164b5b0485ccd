//! Copies: an object, or a part of one, read here and put there.

use s3s::S3Request;
use s3s::dto::{
    self, CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopyPartResult, ETag, MetadataDirective, StreamingBlob,
    UploadPartCopyInput, UploadPartCopyOutput,
};

use super::multipart::part_number;
use super::object::{Compared, Conditions, accepted, described, stream};
use super::receive::{Promised, Received};
use super::{Operations, admitted, moment, now, precondition};
use crate::failure::Failure;
use crate::store::{Before, ObjectRecord, PartRecord};

/// What a copy demands of its source.
struct SourceConditions {
    if_match: Option<dto::ETagCondition>,
    if_none_match: Option<dto::ETagCondition>,
    if_modified_since: Option<dto::Timestamp>,
    if_unmodified_since: Option<dto::Timestamp>,
}

impl Operations {
    /// The source of a copy: its record, and its bytes, or those that are asked for.
    async fn source<T>(
        &self,
        request: &S3Request<T>,
        conditions: SourceConditions,
        range: Option<&str>,
    ) -> Result<(ObjectRecord, StreamingBlob), Failure> {
        let asked = admitted(request).ok().and_then(|admitted| admitted.asked.source.clone());
        let (bucket, key) = asked.ok_or_else(|| Failure::from(crate::asked::NotAsked::BadSource))?;
        let (object, pinned) = self.find(bucket, key).await?;
        let compared = Conditions {
            if_match: conditions.if_match.as_ref(),
            if_none_match: conditions.if_none_match.as_ref(),
            if_modified_since: conditions.if_modified_since.as_ref(),
            if_unmodified_since: conditions.if_unmodified_since.as_ref(),
        };
        match compared.compare(&object) {
            Compared::Fits => {}
            Compared::NotModified => return Err(precondition("x-amz-copy-source-If-None-Match")),
            Compared::Failed(name) => return Err(precondition(name)),
        }
        let range = match range {
            None => 0..object.size,
            Some(text) => copied_range(text, object.size)?,
        };
        let bytes = stream(self.store.blobs.clone(), pinned, &object.segments, range);
        Ok((object, bytes))
    }

    pub(super) async fn copy_object(&self, request: S3Request<CopyObjectInput>) -> Result<CopyObjectOutput, Failure> {
        let conditions = SourceConditions {
            if_match: request.input.copy_source_if_match.clone(),
            if_none_match: request.input.copy_source_if_none_match.clone(),
            if_modified_since: request.input.copy_source_if_modified_since.clone(),
            if_unmodified_since: request.input.copy_source_if_unmodified_since.clone(),
        };
        let directive = request.input.metadata_directive.as_ref().map_or("COPY", |directive| directive.as_str());
        let replaces = match directive {
            MetadataDirective::REPLACE => true,
            MetadataDirective::COPY => false,
            _ => return Err(Failure::new("InvalidArgument", 400, "Unknown metadata directive.")),
        };
        let asked = admitted(&request).ok().and_then(|admitted| admitted.asked.source.clone());
        if !replaces && asked == Some((request.input.bucket.clone(), request.input.key.clone())) {
            let message = "This copy request is illegal because it is trying to copy an object to itself without changing \
                           the object's metadata, storage class, website redirect location or encryption attributes.";
            return Err(Failure::new("InvalidRequest", 400, message));
        }
        let (source, bytes) = self.source(&request, conditions, None).await?;
        let input = request.input;
        let description = if replaces {
            described(
                input.metadata,
                [input.content_type, input.content_encoding, input.content_disposition],
                [input.content_language, input.cache_control],
                input.expires.as_ref(),
            )?
        } else {
            source.description
        };
        let algorithms = input.checksum_algorithm.map(|algorithm| algorithm.as_str().to_owned());
        let promised = Promised { algorithms: algorithms.into_iter().collect(), ..Promised::default() };
        let received = self.receive(Some(bytes), promised).await?;
        let object = ObjectRecord {
            size: received.segment.size,
            etag: received.etag(),
            segments: vec![received.segment],
            modified: now().millis(),
            description,
            sums: received.sums,
        };
        let result = CopyObjectResult {
            checksum_crc32: object.sums.crc32.clone(),
            checksum_crc32c: object.sums.crc32c.clone(),
            checksum_crc64nvme: object.sums.crc64nvme.clone(),
            checksum_sha1: object.sums.sha1.clone(),
            checksum_sha256: object.sums.sha256.clone(),
            checksum_type: None,
            e_tag: Some(ETag::Strong(object.etag.clone())),
            last_modified: Some(moment(object.modified)),
        };
        let put =
            self.with_store(move |store| store.put(&input.bucket, &input.key, &object, &Before::Anything)).await?;
        accepted(put)?;
        Ok(CopyObjectOutput { copy_object_result: Some(result), ..CopyObjectOutput::default() })
    }

    pub(super) async fn upload_part_copy(
        &self,
        request: S3Request<UploadPartCopyInput>,
    ) -> Result<UploadPartCopyOutput, Failure> {
        let number = part_number(request.input.part_number)?;
        let conditions = SourceConditions {
            if_match: request.input.copy_source_if_match.clone(),
            if_none_match: request.input.copy_source_if_none_match.clone(),
            if_modified_since: request.input.copy_source_if_modified_since.clone(),
            if_unmodified_since: request.input.copy_source_if_unmodified_since.clone(),
        };
        let input = &request.input;
        let upload = self.upload(input.bucket.clone(), input.key.clone(), input.upload_id.clone()).await?;
        let (_, bytes) = self.source(&request, conditions, request.input.copy_source_range.as_deref()).await?;
        let promised = Promised { algorithms: upload.algorithm.into_iter().collect(), ..Promised::default() };
        let received: Received = self.receive(Some(bytes), promised).await?;
        let part = PartRecord {
            etag: received.etag(),
            segment: received.segment,
            modified: now().millis(),
            sums: received.sums,
        };
        let result = CopyPartResult {
            checksum_crc32: part.sums.crc32.clone(),
            checksum_crc32c: part.sums.crc32c.clone(),
            checksum_crc64nvme: part.sums.crc64nvme.clone(),
            checksum_sha1: part.sums.sha1.clone(),
            checksum_sha256: part.sums.sha256.clone(),
            e_tag: Some(ETag::Strong(part.etag.clone())),
            last_modified: Some(moment(part.modified)),
        };
        let input = request.input;
        self.add_part((input.bucket, input.key, input.upload_id), number, part).await?;
        Ok(UploadPartCopyOutput { copy_part_result: Some(result), ..UploadPartCopyOutput::default() })
    }
}

/// `bytes=FIRST-LAST`, both given, and both in the source.
fn copied_range(text: &str, size: u64) -> Result<std::ops::Range<u64>, Failure> {
    let wrong = || {
        let message = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the \
                       zero-based offsets of the first and last bytes to copy";
        Failure::new("InvalidArgument", 400, message)
    };
    let (first, last) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-')).ok_or_else(wrong)?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok())?;
    let (first, last) = (number(first).ok_or_else(wrong)?, number(last).ok_or_else(wrong)?);
    if first > last || last >= size {
        return Err(Failure::new("InvalidRange", 416, "The requested range is not satisfiable"));
    }
    Ok(first..last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copied_range_is_whole_and_in_the_source() {
        let range = |text: &str| copied_range(text, 10).map_err(|failure| failure.code);
        assert_eq!(range("bytes=0-9").unwrap(), 0..10);
        assert_eq!(range("bytes=3-3").unwrap(), 3..4);
        for text in ["bytes=0-10", "bytes=5-4", "bytes=10-10"] {
            assert_eq!(range(text), Err("InvalidRange"), "{text}");
        }
        for text in ["0-9", "bytes=0-", "bytes=-5", "bytes=+1-2", "bytes=a-b", "bytes=99999999999999999999-1"] {
            assert_eq!(range(text), Err("InvalidArgument"), "{text}");
        }
    }
}

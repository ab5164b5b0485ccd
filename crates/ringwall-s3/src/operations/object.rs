//! Objects: put, handed out, deleted.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;

use bytes::BytesMut;
use futures_util::stream::try_unfold;
use ringwall_wire::Timestamp;
use s3s::S3Request;
use s3s::dto::{
    self, ChecksumMode, ChecksumType, DeleteObjectInput, DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput,
    DeletedObject, ETag, ETagCondition, GetObjectInput, GetObjectOutput, HeadObjectInput, HeadObjectOutput,
    PutObjectInput, PutObjectOutput, StreamingBlob, TimestampFormat,
};
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::receive::Promised;
use super::{Operations, admitted, before, moment, now, precondition, size};
use crate::asked::arn;
use crate::failure::Failure;
use crate::store::{Blobs, Description, ObjectRecord, Pinned, Put, Segment};

/// Bytes are handed out in pieces of so many.
const PIECE: usize = 256 << 10;

/// What is compared before an object is handed out.
pub(super) struct Conditions<'c> {
    pub(super) if_match: Option<&'c ETagCondition>,
    pub(super) if_none_match: Option<&'c ETagCondition>,
    pub(super) if_modified_since: Option<&'c dto::Timestamp>,
    pub(super) if_unmodified_since: Option<&'c dto::Timestamp>,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Compared {
    Fits,
    NotModified,
    Failed(&'static str),
}

impl Conditions<'_> {
    /// A tag goes before a time; times are compared in whole seconds, as headers have them.
    pub(super) fn compare(&self, object: &ObjectRecord) -> Compared {
        let is_it = |condition: &ETagCondition| match condition {
            ETagCondition::Any => true,
            ETagCondition::ETag(tag) => tag.value() == object.etag,
        };
        let modified = moment(object.modified / 1000 * 1000);
        match (self.if_match, self.if_unmodified_since) {
            (Some(condition), _) if !is_it(condition) => return Compared::Failed("If-Match"),
            (None, Some(since)) if modified > *since => return Compared::Failed("If-Unmodified-Since"),
            _ => {}
        }
        match (self.if_none_match, self.if_modified_since) {
            (Some(condition), _) if is_it(condition) => Compared::NotModified,
            (None, Some(since)) if modified <= *since => Compared::NotModified,
            _ => Compared::Fits,
        }
    }
}

impl Operations {
    pub(super) async fn put_object(&self, request: S3Request<PutObjectInput>) -> Result<PutObjectOutput, Failure> {
        let promised = Promised::of(&request, request.input.checksum_algorithm.as_ref());
        let input = request.input;
        if input.write_offset_bytes.is_some() {
            return Err(Failure::not_implemented("x-amz-write-offset-bytes"));
        }
        let before = before(input.if_match.as_ref(), input.if_none_match.as_ref())?;
        let description = described(
            input.metadata,
            [input.content_type, input.content_encoding, input.content_disposition],
            [input.content_language, input.cache_control],
            input.expires.as_ref(),
        )?;
        let received = self.receive(input.body, promised).await?;
        let object = ObjectRecord {
            size: received.segment.size,
            etag: received.etag(),
            segments: vec![received.segment],
            modified: now().millis(),
            description,
            sums: received.sums,
        };
        let (etag, sums) = (object.etag.clone(), object.sums.clone());
        let put = self.with_store(move |store| store.put(&input.bucket, &input.key, &object, &before)).await?;
        accepted(put)?;
        Ok(PutObjectOutput {
            e_tag: Some(ETag::Strong(etag)),
            checksum_crc32: sums.crc32,
            checksum_crc32c: sums.crc32c,
            checksum_crc64nvme: sums.crc64nvme,
            checksum_sha1: sums.sha1,
            checksum_sha256: sums.sha256,
            ..PutObjectOutput::default()
        })
    }

    /// An object, with its blobs held.
    pub(super) async fn find(&self, bucket: String, key: String) -> Result<(ObjectRecord, Pinned), Failure> {
        let found = self.with_store(move |store| store.object(&bucket, &key)).await?;
        found.ok_or_else(|| Failure::new("NoSuchKey", 404, "The specified key does not exist."))
    }

    pub(super) async fn get_object(&self, request: S3Request<GetObjectInput>) -> Result<GetObjectOutput, Failure> {
        let input = request.input;
        let (object, pinned) = self.find(input.bucket, input.key).await?;
        let conditions = Conditions {
            if_match: input.if_match.as_ref(),
            if_none_match: input.if_none_match.as_ref(),
            if_modified_since: input.if_modified_since.as_ref(),
            if_unmodified_since: input.if_unmodified_since.as_ref(),
        };
        fits(conditions.compare(&object))?;
        let range = ranged(input.range, object.size)?;
        let head = head(&object, input.range.is_some().then(|| range.clone()), input.checksum_mode.as_ref())?;
        let body = stream(self.store.blobs.clone(), pinned, &object.segments, range);
        Ok(GetObjectOutput {
            body: Some(body),
            accept_ranges: head.accept_ranges,
            cache_control: head.cache_control,
            checksum_crc32: head.checksum_crc32,
            checksum_crc32c: head.checksum_crc32c,
            checksum_crc64nvme: head.checksum_crc64nvme,
            checksum_sha1: head.checksum_sha1,
            checksum_sha256: head.checksum_sha256,
            checksum_type: head.checksum_type,
            content_disposition: head.content_disposition,
            content_encoding: head.content_encoding,
            content_language: head.content_language,
            content_length: head.content_length,
            content_range: head.content_range,
            content_type: head.content_type,
            e_tag: head.e_tag,
            expires: head.expires,
            last_modified: head.last_modified,
            metadata: head.metadata,
            ..GetObjectOutput::default()
        })
    }

    pub(super) async fn head_object(&self, request: S3Request<HeadObjectInput>) -> Result<HeadObjectOutput, Failure> {
        let input = request.input;
        let (object, _) = self.find(input.bucket, input.key).await?;
        let conditions = Conditions {
            if_match: input.if_match.as_ref(),
            if_none_match: input.if_none_match.as_ref(),
            if_modified_since: input.if_modified_since.as_ref(),
            if_unmodified_since: input.if_unmodified_since.as_ref(),
        };
        fits(conditions.compare(&object))?;
        let range = ranged(input.range, object.size)?;
        head(&object, input.range.is_some().then_some(range), input.checksum_mode.as_ref())
    }

    pub(super) async fn delete_object(
        &self,
        request: S3Request<DeleteObjectInput>,
    ) -> Result<DeleteObjectOutput, Failure> {
        let input = request.input;
        if input.if_match.is_some() {
            return Err(Failure::not_implemented("If-Match of a deletion"));
        }
        self.with_store(move |store| store.delete(&input.bucket, &[input.key])).await?;
        Ok(DeleteObjectOutput::default())
    }

    /// Each key is judged of its own; those that are refused do not keep others from being deleted.
    pub(super) async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> Result<DeleteObjectsOutput, Failure> {
        let admitted = admitted(&request).map_err(|_| Failure::new("AccessDenied", 403, "Access Denied"))?;
        let (bucket, delete) = (request.input.bucket.clone(), &request.input.delete);
        if delete.objects.is_empty() || delete.objects.len() > 1_000 {
            let message = "The XML you provided was not well-formed or did not validate against our published schema";
            return Err(Failure::new("MalformedXML", 400, message));
        }
        let (mut keys, mut errors) = (Vec::new(), Vec::new());
        for object in &delete.objects {
            if object.version_id.is_some() || object.e_tag.is_some() || object.size.is_some() {
                return Err(Failure::not_implemented("versions and conditions of deletions"));
            }
            match self.gate().judge(admitted, "s3:DeleteObject", &arn(&bucket, &object.key), Some(&bucket)) {
                Ok(()) => keys.push(object.key.clone()),
                Err(failure) => errors.push(dto::Error {
                    code: Some(failure.code.to_owned()),
                    key: Some(object.key.clone()),
                    message: Some(failure.message),
                    version_id: None,
                }),
            }
        }
        let is_quiet = delete.quiet == Some(true);
        let deleted = keys
            .iter()
            .filter(|_| !is_quiet)
            .map(|key| DeletedObject { key: Some(key.clone()), ..DeletedObject::default() });
        let deleted: Vec<DeletedObject> = deleted.collect();
        self.with_store(move |store| store.delete(&bucket, &keys)).await?;
        Ok(DeleteObjectsOutput { deleted: Some(deleted), errors: Some(errors), request_charged: None })
    }
}

/// What became of an object that was to be put, as an answer.
pub(super) fn accepted(put: Put) -> Result<(), Failure> {
    match put {
        Put::Done => Ok(()),
        Put::Refused => Err(precondition("If-Match or If-None-Match")),
        Put::NoBucket => Err(Failure::no_such_bucket()),
    }
}

fn fits(compared: Compared) -> Result<(), Failure> {
    match compared {
        Compared::Fits => Ok(()),
        Compared::NotModified => Err(Failure::new("NotModified", 304, "Not Modified")),
        Compared::Failed(name) => Err(precondition(name)),
    }
}

/// What goes with an object. The header fields and the metadata together are at most 2 KiB as those of S3.
pub(super) fn described(
    metadata: Option<dto::Metadata>,
    [content_type, content_encoding, content_disposition]: [Option<String>; 3],
    [content_language, cache_control]: [Option<String>; 2],
    expires: Option<&dto::Timestamp>,
) -> Result<Description, Failure> {
    let metadata: BTreeMap<String, String> = metadata.unwrap_or_default().into_iter().collect();
    let length: usize = metadata.iter().map(|(name, value)| name.len() + value.len()).sum();
    if length > 2 << 10 {
        let message = "Your metadata headers exceed the maximum allowed metadata size";
        return Err(Failure::new("MetadataTooLarge", 400, message));
    }
    let expires = expires.map(|moment| {
        let mut text = Vec::new();
        let written = moment.format(TimestampFormat::HttpDate, &mut text);
        written.map(|()| String::from_utf8_lossy(&text).into_owned())
    });
    let expires = expires.transpose().map_err(|_| Failure::new("InvalidArgument", 400, "Expires is no time"))?;
    // What clients make of an upload in pieces is no property of the object.
    let content_encoding = content_encoding.map(|encoding| {
        let parts = encoding.split(',').map(str::trim).filter(|part| !part.is_empty() && *part != "aws-chunked");
        parts.collect::<Vec<_>>().join(",")
    });
    Ok(Description {
        content_type,
        content_encoding: content_encoding.filter(|encoding| !encoding.is_empty()),
        content_disposition,
        content_language,
        cache_control,
        expires,
        metadata,
    })
}

/// Which bytes are asked for.
fn ranged(range: Option<dto::Range>, size: u64) -> Result<Range<u64>, Failure> {
    match range {
        None => Ok(0..size),
        Some(range) => range
            .check(size)
            .ok()
            .filter(|range| !range.is_empty())
            .ok_or_else(|| Failure::new("InvalidRange", 416, "The requested range is not satisfiable")),
    }
}

/// Everything that is handed out with an object besides its bytes.
fn head(
    object: &ObjectRecord,
    range: Option<Range<u64>>,
    mode: Option<&ChecksumMode>,
) -> Result<HeadObjectOutput, Failure> {
    let Description { metadata, expires, .. } = &object.description;
    let is_whole = range.as_ref().is_none_or(|range| range.end - range.start == object.size);
    let wants_sums = is_whole && mode.is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED);
    let sums = if wants_sums { object.sums.clone() } else { Default::default() };
    let all = [&sums.crc32, &sums.crc32c, &sums.crc64nvme, &sums.sha1, &sums.sha256];
    let is_composite = all.into_iter().flatten().any(|sum| sum.contains('-'));
    let kind = if is_composite { ChecksumType::COMPOSITE } else { ChecksumType::FULL_OBJECT };
    let has_sums = all.iter().any(|sum| sum.is_some());
    let expires = expires.as_deref().and_then(|text| Timestamp::parse_http_date(text).ok());
    Ok(HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        cache_control: object.description.cache_control.clone(),
        checksum_type: has_sums.then(|| ChecksumType::from_static(kind)),
        checksum_crc32: sums.crc32,
        checksum_crc32c: sums.crc32c,
        checksum_crc64nvme: sums.crc64nvme,
        checksum_sha1: sums.sha1,
        checksum_sha256: sums.sha256,
        content_disposition: object.description.content_disposition.clone(),
        content_encoding: object.description.content_encoding.clone(),
        content_language: object.description.content_language.clone(),
        content_length: Some(size(range.as_ref().map_or(object.size, |range| range.end - range.start))),
        content_range: range.map(|range| format!("bytes {}-{}/{}", range.start, range.end - 1, object.size)),
        content_type: Some(object.description.content_type.clone().unwrap_or_else(|| "binary/octet-stream".to_owned())),
        e_tag: Some(ETag::Strong(object.etag.clone())),
        expires: expires.map(|moment_| moment(moment_.millis())),
        last_modified: Some(moment(object.modified)),
        metadata: Some(metadata.clone().into_iter().collect()),
        ..HeadObjectOutput::default()
    })
}

/// A piece of a blob that is still to be handed out: its name, where to begin, how many bytes.
type Piece = (String, u64, u64);

/// The blobs, or parts of blobs, that a range of an object consists of.
fn pieces(segments: &[Segment], range: Range<u64>) -> VecDeque<Piece> {
    let mut pieces = VecDeque::new();
    let mut begin = 0;
    for segment in segments {
        let end = begin + segment.size;
        let (first, last) = (range.start.max(begin), range.end.min(end));
        if first < last {
            pieces.push_back((segment.blob.clone(), first - begin, last - first));
        }
        begin = end;
    }
    pieces
}

/// Hands a range of an object out, file by file. The files stay there until it is done.
pub(super) fn stream(blobs: Arc<Blobs>, pinned: Pinned, segments: &[Segment], range: Range<u64>) -> StreamingBlob {
    struct State {
        blobs: Arc<Blobs>,
        _pinned: Pinned,
        pieces: VecDeque<Piece>,
        open: Option<(tokio::fs::File, u64)>,
    }
    let state = State { blobs, _pinned: pinned, pieces: pieces(segments, range), open: None };
    StreamingBlob::wrap(try_unfold(state, |mut state| async move {
        loop {
            if let Some((mut file, left)) = state.open.take().filter(|(_, left)| *left > 0) {
                let most = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
                let mut bytes = BytesMut::with_capacity(most);
                let read = (&mut file).take(most as u64).read_buf(&mut bytes).await?;
                if read == 0 {
                    return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof));
                }
                state.open = Some((file, left - read as u64));
                return Ok(Some((bytes.freeze(), state)));
            }
            let Some((name, from, length)) = state.pieces.pop_front() else { return Ok(None) };
            let mut file = state.blobs.read(&name).await?;
            if from > 0 {
                file.seek(std::io::SeekFrom::Start(from)).await?;
            }
            state.open = Some((file, length));
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_put_together_of_pieces() {
        let segment = |blob: &str, size| Segment { blob: blob.to_owned(), size };
        let segments = [segment("a", 5), segment("b", 0), segment("c", 7)];
        let all = |range: Range<u64>| Vec::from(pieces(&segments, range));
        assert_eq!(all(0..12), [("a".to_owned(), 0, 5), ("c".to_owned(), 0, 7)]);
        assert_eq!(all(4..6), [("a".to_owned(), 4, 1), ("c".to_owned(), 0, 1)]);
        assert_eq!(all(5..6), [("c".to_owned(), 0, 1)]);
        assert_eq!(all(3..3), []);
    }
}

//! Multipart uploads: parts come in any order, and become an object in one step, without being copied.

use s3s::S3Request;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Md5};
use s3s::dto::{
    AbortMultipartUploadInput, AbortMultipartUploadOutput, ChecksumAlgorithm, ChecksumType,
    CompleteMultipartUploadInput, CompleteMultipartUploadOutput, CompletedPart, CreateMultipartUploadInput,
    CreateMultipartUploadOutput, ETag, ListMultipartUploadsInput, ListMultipartUploadsOutput, ListPartsInput,
    ListPartsOutput, MultipartUpload, Part, StorageClass, UploadPartInput, UploadPartOutput,
};

use super::listing::{Writing, most};
use super::object::{accepted, described};
use super::receive::{Promised, sums};
use super::{Operations, before, moment, now, size};
use crate::failure::Failure;
use crate::random::{hexadecimal, name};
use crate::store::{ObjectRecord, PartRecord, Sums, UploadRecord};

/// All parts but the last one have so many bytes at least.
const LEAST_PART: u64 = 5 << 20;

/// The largest number of a part.
const MOST_PARTS: i32 = 10_000;

pub(super) fn part_number(number: i32) -> Result<u32, Failure> {
    let message = "Part number must be an integer between 1 and 10000, inclusive";
    let number = u32::try_from(number).ok().filter(|_| (1..=MOST_PARTS).contains(&number));
    number.ok_or_else(|| Failure::new("InvalidArgument", 400, message))
}

fn no_such_upload() -> Failure {
    let message = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or \
                   completed.";
    Failure::new("NoSuchUpload", 404, message)
}

impl Operations {
    pub(super) async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> Result<CreateMultipartUploadOutput, Failure> {
        let input = request.input;
        let algorithm = input.checksum_algorithm.as_ref().map(|algorithm| algorithm.as_str().to_owned());
        let natural = natural_type(algorithm.as_deref());
        if let Some(kind) = &input.checksum_type
            && Some(kind.as_str()) != natural
        {
            return Err(Failure::not_implemented(&format!("x-amz-checksum-type {} here", kind.as_str())));
        }
        let upload = UploadRecord {
            bucket: input.bucket.clone(),
            key: input.key.clone(),
            initiated: now().millis(),
            description: described(
                input.metadata,
                [input.content_type, input.content_encoding, input.content_disposition],
                [input.content_language, input.cache_control],
                input.expires.as_ref(),
            )?,
            algorithm,
        };
        let id = name();
        let upload_id = id.clone();
        self.with_store(move |store| store.begin(&id, &upload)).await?;
        Ok(CreateMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            checksum_type: natural.map(ChecksumType::from_static),
            checksum_algorithm: input.checksum_algorithm,
            upload_id: Some(upload_id),
            ..CreateMultipartUploadOutput::default()
        })
    }

    pub(super) async fn upload(&self, bucket: String, key: String, id: String) -> Result<UploadRecord, Failure> {
        self.with_store(move |store| store.upload(&bucket, &key, &id)).await?.ok_or_else(no_such_upload)
    }

    pub(super) async fn add_part(
        &self,
        (bucket, key, id): (String, String, String),
        number: u32,
        part: PartRecord,
    ) -> Result<(), Failure> {
        let add = self.with_store(move |store| store.add_part((&bucket, &key, &id), number, &part));
        if add.await? { Ok(()) } else { Err(no_such_upload()) }
    }

    pub(super) async fn upload_part(&self, request: S3Request<UploadPartInput>) -> Result<UploadPartOutput, Failure> {
        let number = part_number(request.input.part_number)?;
        let mut promised = Promised::of(&request, request.input.checksum_algorithm.as_ref());
        let input = request.input;
        let upload = self.upload(input.bucket.clone(), input.key.clone(), input.upload_id.clone()).await?;
        promised.algorithms.extend(upload.algorithm);
        let received = self.receive(input.body, promised).await?;
        let (etag, sums) = (received.etag(), received.sums.clone());
        let part =
            PartRecord { etag: etag.clone(), segment: received.segment, modified: now().millis(), sums: received.sums };
        self.add_part((input.bucket, input.key, input.upload_id), number, part).await?;
        Ok(UploadPartOutput {
            checksum_crc32: sums.crc32,
            checksum_crc32c: sums.crc32c,
            checksum_crc64nvme: sums.crc64nvme,
            checksum_sha1: sums.sha1,
            checksum_sha256: sums.sha256,
            e_tag: Some(ETag::Strong(etag)),
            ..UploadPartOutput::default()
        })
    }

    pub(super) async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> Result<CompleteMultipartUploadOutput, Failure> {
        let input = request.input;
        let before = before(input.if_match.as_ref(), input.if_none_match.as_ref())?;
        let upload = self.upload(input.bucket.clone(), input.key.clone(), input.upload_id.clone()).await?;
        let id = input.upload_id.clone();
        let there = self.with_store(move |store| store.parts(&id)).await?;
        let named = input.multipart_upload.and_then(|upload| upload.parts).unwrap_or_default();
        let chosen = choose(&there, &named)?;
        let mut md5 = Md5::new();
        for part in &chosen {
            let own = bytes_of(&part.etag);
            md5.update(&own);
        }
        let etag = format!("{}-{}", hexadecimal(&md5.finalize()), chosen.len());
        let size: u64 = chosen.iter().map(|part| part.segment.size).sum();
        if input.mpu_object_size.is_some_and(|given| u64::try_from(given) != Ok(size)) {
            return Err(Failure::new(
                "InvalidRequest",
                400,
                "The object's size is not the one of x-amz-mp-object-size",
            ));
        }
        let segments: Vec<_> = chosen.iter().map(|part| part.segment.clone()).collect();
        let sums = self.whole_sums(upload.algorithm.as_deref(), &chosen).await?;
        let given = Sums {
            crc32: input.checksum_crc32,
            crc32c: input.checksum_crc32c,
            crc64nvme: input.checksum_crc64nvme,
            sha1: input.checksum_sha1,
            sha256: input.checksum_sha256,
        };
        check_whole(&given, &sums)?;
        let object = ObjectRecord {
            segments,
            size,
            etag: etag.clone(),
            modified: now().millis(),
            description: upload.description,
            sums: sums.clone(),
        };
        let (bucket, key, id) = (input.bucket.clone(), input.key.clone(), input.upload_id);
        let complete = self.with_store(move |store| store.complete((&bucket, &key, &id), &there, &object, &before));
        accepted(complete.await?.ok_or_else(no_such_upload)?)?;
        Ok(CompleteMultipartUploadOutput {
            location: Some(format!("/{}/{}", input.bucket, input.key)),
            bucket: Some(input.bucket),
            key: Some(input.key),
            checksum_type: natural_type(upload.algorithm.as_deref()).map(ChecksumType::from_static),
            checksum_crc32: sums.crc32,
            checksum_crc32c: sums.crc32c,
            checksum_crc64nvme: sums.crc64nvme,
            checksum_sha1: sums.sha1,
            checksum_sha256: sums.sha256,
            e_tag: Some(ETag::Strong(etag)),
            ..CompleteMultipartUploadOutput::default()
        })
    }

    /// The checksum of a whole object: of CRC-64/NVME, that of all its bytes, which are read once more; of any other algorithm, that
    /// of its parts' checksums, with their number.
    async fn whole_sums(&self, algorithm: Option<&str>, parts: &[PartRecord]) -> Result<Sums, Failure> {
        let mut hasher = ChecksumHasher::default();
        match algorithm {
            None => return Ok(Sums::default()),
            Some(ChecksumAlgorithm::CRC32) => hasher.crc32 = Some(Default::default()),
            Some(ChecksumAlgorithm::CRC32C) => hasher.crc32c = Some(Default::default()),
            Some(ChecksumAlgorithm::SHA1) => hasher.sha1 = Some(Default::default()),
            Some(ChecksumAlgorithm::SHA256) => hasher.sha256 = Some(Default::default()),
            Some(_) => {
                hasher.crc64nvme = Some(Default::default());
                for part in parts {
                    let mut file =
                        self.store.blobs.read(&part.segment.blob).await.map_err(crate::store::StoreError::from)?;
                    let mut piece = vec![0; 256 << 10];
                    loop {
                        let read = tokio::io::AsyncReadExt::read(&mut file, &mut piece).await;
                        match read.map_err(crate::store::StoreError::from)? {
                            0 => break,
                            length => hasher.update(&piece[..length]),
                        }
                    }
                }
                return Ok(sums(hasher.finalize()));
            }
        }
        for part in parts {
            let own = [&part.sums.crc32, &part.sums.crc32c, &part.sums.sha1, &part.sums.sha256];
            let own = [
                ChecksumAlgorithm::CRC32,
                ChecksumAlgorithm::CRC32C,
                ChecksumAlgorithm::SHA1,
                ChecksumAlgorithm::SHA256,
            ]
            .iter()
            .zip(own)
            .find(|(name, _)| algorithm == Some(**name))
            .and_then(|(_, sum)| sum.as_deref());
            hasher.update(&ringwall_wire::Blob::parse(own.unwrap_or_default()).unwrap_or_default().0);
        }
        let numbered = |sum: Option<String>| sum.map(|sum| format!("{sum}-{}", parts.len()));
        let whole = sums(hasher.finalize());
        Ok(Sums {
            crc32: numbered(whole.crc32),
            crc32c: numbered(whole.crc32c),
            crc64nvme: None,
            sha1: numbered(whole.sha1),
            sha256: numbered(whole.sha256),
        })
    }

    pub(super) async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> Result<AbortMultipartUploadOutput, Failure> {
        let AbortMultipartUploadInput { bucket, key, upload_id, .. } = request.input;
        let aborted = self.with_store(move |store| store.abort(&bucket, &key, &upload_id)).await?;
        if aborted { Ok(AbortMultipartUploadOutput::default()) } else { Err(no_such_upload()) }
    }

    pub(super) async fn list_parts(&self, request: S3Request<ListPartsInput>) -> Result<ListPartsOutput, Failure> {
        let input = request.input;
        let most = most(input.max_parts)?;
        let upload = self.upload(input.bucket.clone(), input.key.clone(), input.upload_id.clone()).await?;
        let id = input.upload_id.clone();
        let mut parts = self.with_store(move |store| store.parts(&id)).await?;
        let after = input.part_number_marker.and_then(|number| u32::try_from(number).ok()).unwrap_or_default();
        parts.retain(|(number, _)| *number > after);
        let is_more = parts.len() > most && most > 0;
        parts.truncate(most);
        let next = parts.last().and_then(|(number, _)| i32::try_from(*number).ok());
        let parts = parts.into_iter().map(|(number, part)| Part {
            checksum_crc32: part.sums.crc32,
            checksum_crc32c: part.sums.crc32c,
            checksum_crc64nvme: part.sums.crc64nvme,
            checksum_sha1: part.sums.sha1,
            checksum_sha256: part.sums.sha256,
            e_tag: Some(ETag::Strong(part.etag)),
            last_modified: Some(moment(part.modified)),
            part_number: i32::try_from(number).ok(),
            size: Some(size(part.segment.size)),
        });
        Ok(ListPartsOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            upload_id: Some(input.upload_id),
            checksum_type: natural_type(upload.algorithm.as_deref()).map(ChecksumType::from_static),
            checksum_algorithm: upload.algorithm.map(ChecksumAlgorithm::from),
            is_truncated: Some(is_more),
            max_parts: i32::try_from(most).ok(),
            next_part_number_marker: next.filter(|_| is_more),
            part_number_marker: Some(input.part_number_marker.unwrap_or_default()),
            parts: Some(parts.collect()),
            owner: Some(self.owner()),
            storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
            ..ListPartsOutput::default()
        })
    }

    pub(super) async fn list_multipart_uploads(
        &self,
        request: S3Request<ListMultipartUploadsInput>,
    ) -> Result<ListMultipartUploadsOutput, Failure> {
        let input = request.input;
        let (writing, most) = (Writing::of(input.encoding_type.as_ref())?, most(input.max_uploads)?);
        let (key, id) =
            (input.key_marker.clone().unwrap_or_default(), input.upload_id_marker.clone().unwrap_or_default());
        let bucket = input.bucket.clone();
        // A key without an id stands for all its uploads.
        let from_id = if id.is_empty() && !key.is_empty() { "\u{10ffff}".to_owned() } else { id };
        let list = move |store: &crate::store::Store| store.uploads(&bucket, (&key, &from_id), most + 1);
        let mut uploads = self.with_store(list).await?;
        let is_more = uploads.len() > most && most > 0;
        uploads.truncate(most);
        let last = uploads.last().filter(|_| is_more).map(|(id, upload)| (upload.key.clone(), id.clone()));
        let uploads = uploads.into_iter().map(|(id, upload)| MultipartUpload {
            checksum_type: natural_type(upload.algorithm.as_deref()).map(ChecksumType::from_static),
            checksum_algorithm: upload.algorithm.map(ChecksumAlgorithm::from),
            initiated: Some(moment(upload.initiated)),
            key: Some(writing.write(&upload.key)),
            owner: Some(self.owner()),
            storage_class: Some(StorageClass::from_static(StorageClass::STANDARD)),
            upload_id: Some(id),
            ..MultipartUpload::default()
        });
        Ok(ListMultipartUploadsOutput {
            bucket: Some(input.bucket),
            encoding_type: input.encoding_type,
            is_truncated: Some(is_more),
            key_marker: input.key_marker.map(|key| writing.write(&key)),
            upload_id_marker: input.upload_id_marker,
            max_uploads: i32::try_from(most).ok(),
            next_key_marker: last.as_ref().map(|(key, _)| writing.write(key)),
            next_upload_id_marker: last.map(|(_, id)| id),
            uploads: Some(uploads.collect()),
            ..ListMultipartUploadsOutput::default()
        })
    }
}

/// What a checksum of a whole object of parts is made of.
fn natural_type(algorithm: Option<&str>) -> Option<&'static str> {
    match algorithm {
        None => None,
        Some(ChecksumAlgorithm::CRC64NVME) => Some(ChecksumType::FULL_OBJECT),
        Some(_) => Some(ChecksumType::COMPOSITE),
    }
}

/// The bytes of a tag in hexadecimal.
fn bytes_of(tag: &str) -> Vec<u8> {
    let digits: Vec<u8> = tag.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| digit as u8).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

/// The parts that the object is to consist of: in order, all there, with the tags and checksums that were handed out for them.
fn choose(there: &[(u32, PartRecord)], named: &[CompletedPart]) -> Result<Vec<PartRecord>, Failure> {
    if named.is_empty() {
        let message = "The XML you provided was not well-formed or did not validate against our published schema";
        return Err(Failure::new("MalformedXML", 400, message));
    }
    let invalid = || {
        let message = "One or more of the specified parts could not be found. The part may not have been uploaded, or the \
                       specified entity tag may not match the part's entity tag.";
        Failure::new("InvalidPart", 400, message)
    };
    let numbers = named.iter().map(|part| part_number(part.part_number.unwrap_or_default()));
    let numbers: Vec<u32> = numbers.collect::<Result<_, _>>()?;
    if !numbers.is_sorted_by(|one, other| one < other) {
        let message = "The list of parts was not in ascending order. Parts must be ordered by part number.";
        return Err(Failure::new("InvalidPartOrder", 400, message));
    }
    let mut chosen = Vec::new();
    for (position, (part, number)) in named.iter().zip(numbers).enumerate() {
        let (_, own) = there.iter().find(|(own, _)| *own == number).ok_or_else(invalid)?;
        if part.e_tag.as_ref().is_none_or(|tag| tag.value() != own.etag) {
            return Err(invalid());
        }
        for (given, own) in [
            (&part.checksum_crc32, &own.sums.crc32),
            (&part.checksum_crc32c, &own.sums.crc32c),
            (&part.checksum_crc64nvme, &own.sums.crc64nvme),
            (&part.checksum_sha1, &own.sums.sha1),
            (&part.checksum_sha256, &own.sums.sha256),
        ] {
            if given.is_some() && given != own {
                return Err(invalid());
            }
        }
        if position + 1 < named.len() && own.segment.size < LEAST_PART {
            let message = "Your proposed upload is smaller than the minimum allowed size";
            return Err(Failure::new("EntityTooSmall", 400, message));
        }
        chosen.push(own.clone());
    }
    Ok(chosen)
}

/// A checksum that is given for the whole object is its own; with or without the number of parts behind it.
fn check_whole(given: &Sums, own: &Sums) -> Result<(), Failure> {
    for (given, own) in [
        (&given.crc32, &own.crc32),
        (&given.crc32c, &own.crc32c),
        (&given.crc64nvme, &own.crc64nvme),
        (&given.sha1, &own.sha1),
        (&given.sha256, &own.sha256),
    ] {
        let Some(given) = given else { continue };
        let own = own.as_deref().unwrap_or_default();
        if given != own && own.split_once('-').is_none_or(|(sum, _)| sum != given) {
            return Err(Failure::new("BadDigest", 400, "The checksum you specified did not match what we received."));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Segment;

    fn part(size: u64, etag: &str) -> PartRecord {
        let segment = Segment { blob: etag.to_owned(), size };
        PartRecord { segment, etag: etag.to_owned(), modified: 0, sums: Sums::default() }
    }

    fn named(parts: &[(i32, &str)]) -> Vec<CompletedPart> {
        let part = |(number, etag): &(i32, &str)| CompletedPart {
            part_number: Some(*number),
            e_tag: Some(ETag::Strong((*etag).to_owned())),
            ..CompletedPart::default()
        };
        parts.iter().map(part).collect()
    }

    #[test]
    fn parts_are_chosen_in_order_by_tag_and_not_too_small() {
        let there = [(1, part(LEAST_PART, "aa")), (2, part(LEAST_PART - 1, "bb")), (7, part(1, "cc"))];
        let chosen = |parts: &[(i32, &str)]| {
            let chosen = choose(&there, &named(parts)).map_err(|failure| failure.code)?;
            Ok::<_, &str>(chosen.into_iter().map(|part| part.etag).collect::<Vec<_>>())
        };
        assert_eq!(chosen(&[(1, "aa"), (7, "cc")]).unwrap(), ["aa", "cc"]);
        assert_eq!(chosen(&[(7, "cc")]).unwrap(), ["cc"]);
        assert_eq!(chosen(&[(1, "aa"), (2, "bb"), (7, "cc")]), Err("EntityTooSmall"));
        assert_eq!(chosen(&[(7, "cc"), (1, "aa")]), Err("InvalidPartOrder"));
        assert_eq!(chosen(&[(1, "aa"), (1, "aa")]), Err("InvalidPartOrder"));
        assert_eq!(chosen(&[(1, "bb")]), Err("InvalidPart"));
        assert_eq!(chosen(&[(3, "aa")]), Err("InvalidPart"));
        assert_eq!(chosen(&[(0, "aa")]), Err("InvalidArgument"));
        assert_eq!(chosen(&[]), Err("MalformedXML"));
    }
}

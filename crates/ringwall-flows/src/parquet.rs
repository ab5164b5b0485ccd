//! Records in columns: files of Apache Parquet.

use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, GzipLevel, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;

use crate::field::{Field, Kind};
use crate::format::Format;
use crate::record::NOTHING;

/// What is in a file with these lines: a column for each field, in which `-` is null.
pub fn columns(format: &Format, lines: &[String]) -> Result<Vec<u8>, ParquetError> {
    let fields = format.fields().iter().map(|field| column(*field)).collect::<Result<Vec<_>, _>>()?;
    let schema = Type::group_type_builder("flow_log_record").with_fields(fields).build()?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::GZIP(GzipLevel::default()))
        .set_created_by("ringwall".to_owned())
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
    let rows: Vec<Vec<&str>> = lines.iter().map(|line| line.split(' ').collect()).collect();
    let mut group = writer.next_row_group()?;
    for (place, field) in format.fields().iter().enumerate() {
        let values: Vec<Option<&str>> =
            rows.iter().map(|row| row.get(place).copied().filter(|value| *value != NOTHING)).collect();
        write(&mut group, *field, &values)?;
    }
    group.close()?;
    writer.into_inner()
}

fn column(field: Field) -> Result<Arc<Type>, ParquetError> {
    let (physical, converted) = match field.kind() {
        Kind::Text => (Physical::BYTE_ARRAY, ConvertedType::UTF8),
        Kind::Int32 => (Physical::INT32, ConvertedType::NONE),
        Kind::Int64 => (Physical::INT64, ConvertedType::NONE),
    };
    let name = field.column();
    let column = Type::primitive_type_builder(&name, physical).with_repetition(Repetition::OPTIONAL);
    column.with_converted_type(converted).build().map(Arc::new)
}

fn write(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    field: Field,
    values: &[Option<&str>],
) -> Result<(), ParquetError> {
    // 1 where there is a value, 0 where there is none
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let there = values.iter().flatten();
    let bad = |_| ParquetError::General(format!("a value of `{}` is no number", field.name()));
    let mut column = group.next_column()?.ok_or_else(|| ParquetError::General("a column is missing".to_owned()))?;
    match field.kind() {
        Kind::Text => {
            let texts: Vec<ByteArray> = there.map(|text| ByteArray::from(text.as_bytes().to_vec())).collect();
            column.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None)?;
        }
        Kind::Int32 => {
            let numbers = there.map(|text| text.parse()).collect::<Result<Vec<i32>, _>>().map_err(bad)?;
            column.typed::<Int32Type>().write_batch(&numbers, Some(&levels), None)?;
        }
        Kind::Int64 => {
            let numbers = there.map(|text| text.parse()).collect::<Result<Vec<i64>, _>>().map_err(bad)?;
            column.typed::<Int64Type>().write_batch(&numbers, Some(&levels), None)?;
        }
    }
    column.close()
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::{Row, RowAccessor};

    #[test]
    fn what_was_written_is_read_again() {
        let format = Format::parse("${interface-id} ${srcport} ${bytes} ${log-status}").unwrap();
        let lines = ["eni-1 443 9000000000 OK".to_owned(), "eni-2 - - NODATA".to_owned()];
        let file = columns(&format, &lines).unwrap();
        let reader = SerializedFileReader::new(bytes::Bytes::from(file)).unwrap();
        let rows: Vec<Row> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
        let names: Vec<&String> = rows[0].get_column_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["interface_id", "srcport", "bytes", "log_status"]);
        assert_eq!((rows[0].get_int(1).unwrap(), rows[0].get_long(2).unwrap()), (443, 9_000_000_000));
        assert_eq!(rows[1].get_string(3).unwrap(), "NODATA");
        assert!(rows[1].get_int(1).is_err(), "no value is no zero");
    }

    #[test]
    fn what_is_no_number_is_an_error() {
        let format = Format::parse("${srcport}").unwrap();
        assert!(columns(&format, &["x".into()]).is_err());
    }
}

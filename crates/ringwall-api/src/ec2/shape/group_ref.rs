//! Security groups as calls name them.

use ringwall_model::id::SecurityGroupId;

use crate::ec2::error::{Code, combination};
use crate::error::ApiError;

/// A group: by id, or by name in the default VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupRef {
    /// by id
    Id(SecurityGroupId),
    /// by name, in the default VPC (SG-72)
    Name(String),
}

/// Reads which group is meant.
pub fn parse_ref(id: Option<&str>, name: Option<&str>) -> Result<GroupRef, ApiError> {
    match (id, name) {
        (Some(id), None) => crate::ec2::id::parse(id).map(GroupRef::Id),
        (None, Some(name)) => Ok(GroupRef::Name(name.to_owned())),
        (Some(_), Some(_)) => Err(combination("The parameters GroupId and GroupName cannot be used together")),
        (None, None) => Err(Code::MissingParameter.with("The request must contain the parameter groupName or groupId")),
    }
}

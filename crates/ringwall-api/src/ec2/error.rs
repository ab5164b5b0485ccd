//! EC2's errors: one place for every code, its status and the form of its sentence.

use std::fmt::Display;

use crate::error::ApiError;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        /// Every code that EC2 actions answer with.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* #[doc = concat!("`", $code, "`")] $name,)* }

        impl Code {
            /// The code on the wire.
            pub fn text(self) -> &'static str {
                match self { $(Code::$name => $code,)* }
            }
        }
    };
}

codes! {
    AddressLimitExceeded = "AddressLimitExceeded";
    AttachmentLimitExceeded = "AttachmentLimitExceeded";
    AuthFailure = "AuthFailure";
    CannotDelete = "CannotDelete";
    CidrLimitExceeded = "CidrLimitExceeded";
    DefaultSubnetAlreadyExistsInAvailabilityZone = "DefaultSubnetAlreadyExistsInAvailabilityZone";
    DefaultVpcAlreadyExists = "DefaultVpcAlreadyExists";
    DefaultVpcDoesNotExist = "DefaultVpcDoesNotExist";
    DependencyViolation = "DependencyViolation";
    DuplicateSubnetsInSameZone = "DuplicateSubnetsInSameZone";
    EgressOnlyInternetGatewayLimitExceeded = "EgressOnlyInternetGatewayLimitExceeded";
    FilterLimitExceeded = "FilterLimitExceeded";
    FlowLogAlreadyExists = "FlowLogAlreadyExists";
    GatewayNotAttached = "Gateway.NotAttached";
    IdempotentParameterMismatch = "IdempotentParameterMismatch";
    IncorrectInstanceState = "IncorrectInstanceState";
    IncorrectState = "IncorrectState";
    InstanceCreditSpecificationNotSupported = "InstanceCreditSpecification.NotSupported";
    InstanceLimitExceeded = "InstanceLimitExceeded";
    InsufficientFreeAddressesInSubnet = "InsufficientFreeAddressesInSubnet";
    InternetGatewayLimitExceeded = "InternetGatewayLimitExceeded";
    InvalidAction = "InvalidAction";
    InvalidAddressNotFound = "InvalidAddress.NotFound";
    InvalidAllocationIdNotFound = "InvalidAllocationID.NotFound";
    InvalidAmiIdNotFound = "InvalidAMIID.NotFound";
    InvalidAmiIdMalformed = "InvalidAMIID.Malformed";
    InvalidAssociationIdNotFound = "InvalidAssociationID.NotFound";
    InvalidAttachmentIdNotFound = "InvalidAttachmentID.NotFound";
    InvalidCidrBlockInUse = "InvalidCidrBlock.InUse";
    InvalidCidrBlockAssociationIdNotFound = "InvalidVpcCidrBlockAssociationID.NotFound";
    InvalidSubnetCidrBlockAssociationIdNotFound = "InvalidSubnetCidrBlockAssociationID.NotFound";
    InvalidDhcpOptionIdNotFound = "InvalidDhcpOptionID.NotFound";
    InvalidFlowLogIdNotFound = "InvalidFlowLogId.NotFound";
    InvalidGatewayIdNotFound = "InvalidGatewayID.NotFound";
    InvalidGroupDuplicate = "InvalidGroup.Duplicate";
    InvalidGroupIdMalformed = "InvalidGroupId.Malformed";
    InvalidGroupNotFound = "InvalidGroup.NotFound";
    InvalidGroupReserved = "InvalidGroup.Reserved";
    InvalidId = "InvalidID";
    InvalidIpAddressInUse = "InvalidIPAddress.InUse";
    InvalidInstanceAttributeValue = "InvalidInstanceAttributeValue";
    InvalidInstanceId = "InvalidInstanceID";
    InvalidInstanceIdMalformed = "InvalidInstanceID.Malformed";
    InvalidInstanceIdNotFound = "InvalidInstanceID.NotFound";
    InvalidInstanceType = "InvalidInstanceType";
    InvalidInternetGatewayIdNotFound = "InvalidInternetGatewayID.NotFound";
    InvalidMaxResults = "InvalidMaxResults";
    InvalidNatGatewayIdNotFound = "InvalidNatGatewayID.NotFound";
    InvalidNetworkAclEntryNotFound = "InvalidNetworkAclEntry.NotFound";
    InvalidNetworkAclIdNotFound = "InvalidNetworkAclID.NotFound";
    InvalidNetworkInterfaceInUse = "InvalidNetworkInterface.InUse";
    InvalidNetworkInterfaceIdNotFound = "InvalidNetworkInterfaceID.NotFound";
    InvalidNextToken = "InvalidNextToken";
    InvalidParameter = "InvalidParameter";
    InvalidParameterCombination = "InvalidParameterCombination";
    InvalidParameterValue = "InvalidParameterValue";
    InvalidPermissionDuplicate = "InvalidPermission.Duplicate";
    InvalidPermissionMalformed = "InvalidPermission.Malformed";
    InvalidPermissionNotFound = "InvalidPermission.NotFound";
    InvalidPolicyDocument = "InvalidPolicyDocument";
    InvalidPrefixListIdNotFound = "InvalidPrefixListID.NotFound";
    InvalidPrefixListModification = "InvalidPrefixListModification";
    InvalidRequest = "InvalidRequest";
    InvalidRouteNotFound = "InvalidRoute.NotFound";
    InvalidRouteTableIdNotFound = "InvalidRouteTableID.NotFound";
    InvalidSecurityGroupRuleIdNotFound = "InvalidSecurityGroupRuleId.NotFound";
    InvalidSecurityGroupRuleIdMalformed = "InvalidSecurityGroupRuleId.Malformed";
    InvalidServiceName = "InvalidServiceName";
    InvalidSubnetConflict = "InvalidSubnet.Conflict";
    InvalidSubnetRange = "InvalidSubnet.Range";
    InvalidSubnetIdNotFound = "InvalidSubnetID.NotFound";
    InvalidTagKeyMalformed = "InvalidTagKey.Malformed";
    InvalidUserDataMalformed = "InvalidUserData.Malformed";
    InvalidVolumeNotFound = "InvalidVolume.NotFound";
    InvalidVpcEndpointIdNotFound = "InvalidVpcEndpointId.NotFound";
    InvalidVpcRange = "InvalidVpc.Range";
    InvalidVpcIdNotFound = "InvalidVpcID.NotFound";
    InvalidVpcState = "InvalidVpcState";
    InvalidZoneNotFound = "InvalidZone.NotFound";
    MalformedId = "InvalidParameterValue";
    MissingInput = "MissingInput";
    MissingParameter = "MissingParameter";
    NatGatewayLimitExceeded = "NatGatewayLimitExceeded";
    NatGatewayNotFound = "NatGatewayNotFound";
    NetworkAclEntryAlreadyExists = "NetworkAclEntryAlreadyExists";
    NetworkAclEntryLimitExceeded = "NetworkAclEntryLimitExceeded";
    NetworkAclLimitExceeded = "NetworkAclLimitExceeded";
    NetworkInterfaceLimitExceeded = "NetworkInterfaceLimitExceeded";
    OperationNotPermitted = "OperationNotPermitted";
    PrefixListMaxEntriesExceeded = "PrefixListMaxEntriesExceeded";
    PrefixListVersionMismatch = "PrefixListVersionMismatch";
    PrefixListVersionNotFound = "PrefixListVersionNotFound";
    PrefixListLimitExceeded = "PrefixListLimitExceeded";
    PrivateIpAddressLimitExceeded = "PrivateIpAddressLimitExceeded";
    ResourceAlreadyAssociated = "Resource.AlreadyAssociated";
    RouteAlreadyExists = "RouteAlreadyExists";
    RouteLimitExceeded = "RouteLimitExceeded";
    RouteTableLimitExceeded = "RouteTableLimitExceeded";
    RulesPerSecurityGroupLimitExceeded = "RulesPerSecurityGroupLimitExceeded";
    SecurityGroupLimitExceeded = "SecurityGroupLimitExceeded";
    SecurityGroupsPerInstanceLimitExceeded = "SecurityGroupsPerInstanceLimitExceeded";
    SecurityGroupsPerInterfaceLimitExceeded = "SecurityGroupsPerInterfaceLimitExceeded";
    SubnetLimitExceeded = "SubnetLimitExceeded";
    TagLimitExceeded = "TagLimitExceeded";
    UnsupportedOperation = "UnsupportedOperation";
    VpcEndpointLimitExceeded = "VpcEndpointLimitExceeded";
    VpcIdNotSpecified = "VPCIdNotSpecified";
    VpcLimitExceeded = "VpcLimitExceeded";
}

impl Code {
    /// The error with this code.
    pub fn with(self, message: impl Into<String>) -> ApiError {
        let status = match self {
            // API-11
            Code::AuthFailure => 401,
            _ => 400,
        };
        ApiError::new(self.text(), message).with_status(status)
    }
}

/// A value that the parameter cannot have (API-15).
pub fn invalid_value(parameter: &str, value: impl Display, why: impl Display) -> ApiError {
    Code::InvalidParameterValue.with(format!("Value ({value}) for parameter {parameter} is invalid. {why}"))
}

/// Something else depends on the resource (VPC-16, SG-68).
pub fn has_dependencies(noun: &str, id: impl Display) -> ApiError {
    Code::DependencyViolation.with(format!("The {noun} '{id}' has dependencies and cannot be deleted."))
}

/// The resource is managed by another one, or by a service, which alone changes it (ENI-11, EIP-14).
pub fn not_permitted() -> ApiError {
    let message = "You do not have permission to access the specified resource.";
    // Unlike for signatures (API-11), this is no matter of who calls.
    Code::AuthFailure.with(message).with_status(400)
}

/// Parameters that do not go together.
pub fn combination(message: impl Into<String>) -> ApiError {
    Code::InvalidParameterCombination.with(message)
}

//! The fields that a record can have (FL-2, FL-4, FL-5).

/// How a field's values are kept in a Parquet file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// text
    Text,
    /// a number of 32 bits
    Int32,
    /// a number of 64 bits
    Int64,
}

macro_rules! fields {
    ($($name:ident = $text:literal, $version:literal, $kind:ident;)*) => {
        /// A field of a record.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Field { $(#[doc = concat!("`", $text, "`")] $name,)* }

        impl Field {
            /// All of them, in the order in which versions brought them.
            pub const ALL: &'static [Field] = &[$(Field::$name),*];

            /// Its name.
            pub fn name(self) -> &'static str {
                match self { $(Field::$name => $text,)* }
            }

            /// The version of records that brought it.
            pub fn version(self) -> u8 {
                match self { $(Field::$name => $version,)* }
            }

            /// What its values are.
            pub fn kind(self) -> Kind {
                match self { $(Field::$name => Kind::$kind,)* }
            }
        }
    };
}

fields! {
    Version = "version", 2, Int32;
    AccountId = "account-id", 2, Text;
    InterfaceId = "interface-id", 2, Text;
    SourceAddress = "srcaddr", 2, Text;
    DestinationAddress = "dstaddr", 2, Text;
    SourcePort = "srcport", 2, Int32;
    DestinationPort = "dstport", 2, Int32;
    Protocol = "protocol", 2, Int32;
    Packets = "packets", 2, Int64;
    Bytes = "bytes", 2, Int64;
    Start = "start", 2, Int64;
    End = "end", 2, Int64;
    Action = "action", 2, Text;
    LogStatus = "log-status", 2, Text;
    VpcId = "vpc-id", 3, Text;
    SubnetId = "subnet-id", 3, Text;
    InstanceId = "instance-id", 3, Text;
    TcpFlags = "tcp-flags", 3, Int32;
    Type = "type", 3, Text;
    PacketSourceAddress = "pkt-srcaddr", 3, Text;
    PacketDestinationAddress = "pkt-dstaddr", 3, Text;
    Region = "region", 4, Text;
    ZoneId = "az-id", 4, Text;
    SublocationType = "sublocation-type", 4, Text;
    SublocationId = "sublocation-id", 4, Text;
    PacketSourceService = "pkt-src-aws-service", 5, Text;
    PacketDestinationService = "pkt-dst-aws-service", 5, Text;
    FlowDirection = "flow-direction", 5, Text;
    TrafficPath = "traffic-path", 5, Int32;
    EcsClusterArn = "ecs-cluster-arn", 7, Text;
    EcsClusterName = "ecs-cluster-name", 7, Text;
    EcsContainerInstanceArn = "ecs-container-instance-arn", 7, Text;
    EcsContainerInstanceId = "ecs-container-instance-id", 7, Text;
    EcsContainerId = "ecs-container-id", 7, Text;
    EcsSecondContainerId = "ecs-second-container-id", 7, Text;
    EcsServiceName = "ecs-service-name", 7, Text;
    EcsTaskDefinitionArn = "ecs-task-definition-arn", 7, Text;
    EcsTaskArn = "ecs-task-arn", 7, Text;
    EcsTaskId = "ecs-task-id", 7, Text;
    RejectReason = "reject-reason", 8, Text;
    ResourceId = "resource-id", 9, Text;
    EncryptionStatus = "encryption-status", 10, Text;
}

impl Field {
    /// The field of a name.
    pub fn by_name(name: &str) -> Option<Field> {
        Field::ALL.iter().copied().find(|field| field.name() == name)
    }

    /// The name of its column in a Parquet file.
    pub fn column(self) -> String {
        self.name().replace('-', "_")
    }
}

//! The properties of instances that calls name one at a time.

use crate::ec2::error::Code;
use crate::error::ApiError;

macro_rules! attributes {
    ($($(#[$doc:meta])* $name:ident = $wire:literal;)*) => {
        /// A property of an instance.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum InstanceAttribute { $($(#[$doc])* #[doc = concat!("`", $wire, "`")] $name,)* }

        impl InstanceAttribute {
            /// Reads the name of a property.
            pub fn parse(name: &str) -> Result<InstanceAttribute, ApiError> {
                match name {
                    $($wire => Ok(InstanceAttribute::$name),)*
                    _ => {
                        let message = format!("Value ({name}) for parameter attribute is invalid. Unknown attribute.");
                        Err(Code::InvalidParameterValue.with(message))
                    }
                }
            }

            /// Its name on the wire.
            pub fn name(self) -> &'static str {
                match self { $(InstanceAttribute::$name => $wire,)* }
            }
        }
    };
}

attributes! {
    BlockDeviceMapping = "blockDeviceMapping";
    DisableApiStop = "disableApiStop";
    DisableApiTermination = "disableApiTermination";
    EbsOptimized = "ebsOptimized";
    EnaSupport = "enaSupport";
    EnclaveOptions = "enclaveOptions";
    GroupSet = "groupSet";
    ShutdownBehavior = "instanceInitiatedShutdownBehavior";
    InstanceType = "instanceType";
    Kernel = "kernel";
    ProductCodes = "productCodes";
    Ramdisk = "ramdisk";
    RootDeviceName = "rootDeviceName";
    SourceDestCheck = "sourceDestCheck";
    SriovNetSupport = "sriovNetSupport";
    UserData = "userData";
}

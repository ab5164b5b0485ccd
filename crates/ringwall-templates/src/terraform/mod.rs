//! Terraform: the four resources in `.tf` files, and in what `terraform show -json` and state files say of them.

mod attributes;
mod blocks;
mod configuration;
mod functions;
mod planned;
mod scope;
mod shown;

pub(crate) use configuration::configuration;
pub(crate) use shown::shown;

/// What to do where a configuration says too little.
const ADVICE: &str = "give what `terraform show -json` prints of a plan or a state instead";

//! `DescribeImages`: the one image there is, the host's own file system (INST-19).

use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::call::Call;
use crate::ec2::describe::{Filter, Paging, page, refuse_ids_with_paging, select};
use crate::ec2::operation::host_image;
use crate::ec2::shape::image::ImageShape;
use crate::ec2::shape::security_group::Owner;
use crate::error::ApiError;

/// The action.
pub struct DescribeImages;

/// Its parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Input {
    #[serde(default, rename = "ImageId")]
    ids: Vec<String>,
    #[serde(default, rename = "Owner")]
    owners: Vec<String>,
    #[serde(default, rename = "ExecutableBy")]
    executable_by: Vec<String>,
    #[serde(default, rename = "Filter")]
    filters: Vec<Filter>,
    max_results: Option<i64>,
    next_token: Option<String>,
    /// None is deprecated, so that all are shown with it and without it.
    #[serde(rename = "IncludeDeprecated")]
    _include_deprecated: Option<bool>,
    /// None is disabled, so that all are shown with it and without it.
    #[serde(rename = "IncludeDisabled")]
    _include_disabled: Option<bool>,
}

/// What is asked.
pub struct Request {
    ids: Vec<String>,
    owners: Vec<String>,
    /// whether launch permissions are asked for, which nobody but the owner has
    is_by_permission: bool,
    filters: Vec<Filter>,
    paging: Paging,
}

/// Its answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Output {
    images_set: Vec<ImageShape>,
    next_token: Option<String>,
}

impl Action for DescribeImages {
    const NAME: &'static str = "DescribeImages";

    type Input = Input;
    type Request = Request;
    type Output = Output;

    fn parse(input: Input) -> Result<Request, ApiError> {
        let paging = Paging { max_results: input.max_results, next_token: input.next_token };
        refuse_ids_with_paging(&input.ids, "imageIds", &paging)?;
        input.ids.iter().try_for_each(|id| host_image::find(id).map(drop))?;
        // Without a wish, the image is shown by its id alone.
        let mut ids = if input.ids.is_empty() { vec![host_image::ID.to_owned()] } else { input.ids };
        ids.sort();
        ids.dedup();
        let is_by_permission = !input.executable_by.is_empty();
        Ok(Request { ids, owners: input.owners, is_by_permission, filters: input.filters, paging })
    }

    fn apply(request: Request, call: &mut Call<'_>) -> Result<Output, ApiError> {
        let owner = Owner { account: &call.settings.account, region: call.region };
        let is_own = |wanted: &String| wanted == "self" || *wanted == call.settings.account;
        let is_owned = request.owners.is_empty() || request.owners.iter().any(is_own);
        let mut images: Vec<ImageShape> = request.ids.iter().map(|id| ImageShape::new(id, owner)).collect();
        images.retain(|_| is_owned && !request.is_by_permission);
        let selected = select::<_, ImageShape>(images, &request.filters, &())?;
        let page = page(selected, &request.paging, (1, 1000), |image| image.id().to_owned())?;
        Ok(Output { images_set: page.items, next_token: page.next_token })
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::Bench;
    use crate::ec2::operation::host_image::{ARCHITECTURE, ID, NAME};

    #[test]
    fn there_is_one_image_with_two_names() {
        let mut bench = Bench::new();
        let answer = bench.ok("DescribeImages", "");
        assert_eq!((answer.get("imageId"), answer.get("name")), (ID.into(), NAME.into()));
        assert_eq!((answer.get("imageState"), answer.get("architecture")), ("available".into(), ARCHITECTURE.into()));
        let answer = bench.ok("DescribeImages", &format!("ImageId.1={NAME}&ImageId.2={ID}"));
        assert_eq!(answer.all("imageId"), [ID, NAME]);
        assert_eq!(bench.refused("DescribeImages", "ImageId.1=ami-0123456789abcdef0"), "InvalidAMIID.NotFound");
        assert_eq!(bench.refused("DescribeImages", "ImageId.1=ubuntu"), "InvalidAMIID.Malformed");
    }

    #[test]
    fn owners_permissions_and_filters_select() {
        let mut bench = Bench::new();
        let mut number = |parameters: &str| bench.ok("DescribeImages", parameters).all("imageId").len();
        for parameters in [
            "Owner.1=self",
            "Owner.1=000000000000&Owner.2=amazon",
            "Filter.1.Name=name&Filter.1.Value.1=ami-*",
            "Filter.1.Name=is-public&Filter.1.Value.1=false",
            "Filter.1.Name=state&Filter.1.Value.1=available&IncludeDeprecated=true",
        ] {
            assert_eq!(number(parameters), 1, "{parameters}");
        }
        for parameters in [
            "Owner.1=amazon",
            "ExecutableBy.1=all",
            "Filter.1.Name=root-device-type&Filter.1.Value.1=ebs",
            "Filter.1.Name=tag:k&Filter.1.Value.1=v",
        ] {
            assert_eq!(number(parameters), 0, "{parameters}");
        }
        assert_eq!(
            bench.refused("DescribeImages", "Filter.1.Name=colour&Filter.1.Value.1=red"),
            "InvalidParameterValue"
        );
    }
}

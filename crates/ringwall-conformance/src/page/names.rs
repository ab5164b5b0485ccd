//! Names instead of ids: a page says `web`, the world holds the id that stands for it.

use ringwall_model::id::ResourceId;

/// Names by kind, in the order in which they were first written. The order is that of the ids.
#[derive(Clone, Debug, Default)]
pub struct Names {
    all: Vec<(&'static str, String)>,
}

impl Names {
    /// The number of a name, which is new if it was not there.
    pub fn declare<T: ResourceId>(&mut self, name: &str) -> T {
        let place = self.place::<T>(name).unwrap_or_else(|| {
            self.all.push((T::PREFIX, name.to_owned()));
            self.all.len() - 1
        });
        id(place)
    }

    /// What a name stands for.
    pub fn id<T: ResourceId>(&self, name: &str) -> Result<T, String> {
        self.place::<T>(name).map(id).ok_or_else(|| format!("there is no {} `{name}`", T::PREFIX))
    }

    /// The name of an id.
    pub fn of<T: ResourceId>(&self, id: T) -> &str {
        let own = |(place, (kind, _)): &(usize, &(&str, String))| *kind == T::PREFIX && self::id::<T>(*place) == id;
        self.all.iter().enumerate().find(own).map_or("nobody's", |(_, (_, name))| name)
    }

    fn place<T: ResourceId>(&self, name: &str) -> Option<usize> {
        self.all.iter().position(|(kind, own)| *kind == T::PREFIX && own == name)
    }
}

fn id<T: ResourceId>(place: usize) -> T {
    T::from_random(place as u128 + 1)
}

mod database;
mod hellos;
mod lookups;

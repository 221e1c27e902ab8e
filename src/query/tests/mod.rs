mod complaints;
mod grammar;
mod properties;

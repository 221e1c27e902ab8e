mod complaints;
mod grammar;
mod manual;
mod properties;

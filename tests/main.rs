//! What feedwatch promises, tried on the built program and on its source tree: a file per promise.

mod support;

mod layers;

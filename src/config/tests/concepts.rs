//! What is told of concepts.

use insta::assert_snapshot;

use super::{Given, given};

#[test]
fn concepts() {
    let given = Given {
        concepts: r#"
[[concept]]
name = "Yen"
[[concept]]
name = "bloc"
includes = ["asean", "@member", "asaen"]
[[concept]]
name = "member"
terms.en = ["one AND", "@bloc"]
terms.english = ["two"]
terms.de = "drei"
terms.fr = [1]
[[concept]]
name = "member"
description = ""
includes = ["member"]
[[watch]]
name = "misplaced"
"#,
        ..given("")
    };
    assert_snapshot!(given.told(), @r#"
    error: `Yen` cannot name a concept
     --> concepts/own.toml:2:1
      |
    2 | [[concept]]
      | ^^^^^^^^^^^
      |
      = help: write lower-case letters, digits and hyphens

    error: `terms` is missing in [[concept]]
     --> concepts/own.toml:2:1
      |
    2 | [[concept]]
      | ^^^^^^^^^^^

    error: there is no concept named `asaen`
     --> concepts/own.toml:6:34
      |
    6 | includes = ["asean", "@member", "asaen"]
      |                                  ^^^^^
      |
      = help: did you mean `asean`?

    error: `AND` has nothing on its right
     --> concepts/own.toml:9:18
      |
    9 | terms.en = ["one AND", "@bloc"]
      |                  ^^^
      |
      = help: write a word or a group after it

    error: the concept `bloc` contains itself
     --> concepts/own.toml:9:25
      |
    9 | terms.en = ["one AND", "@bloc"]
      |                         ^^^^^
      |
      = help: break the circle bloc → member → bloc

    error: 'english' is not a language code: write two or three letters, as in "en"
      --> concepts/own.toml:10:7
       |
    10 | terms.english = ["two"]
       |       ^^^^^^^

    error: `terms` must be a list of strings, not a whole number
      --> concepts/own.toml:12:13
       |
    12 | terms.fr = [1]
       |             ^

    error: the concept `member` is there twice
      --> concepts/own.toml:14:8
       |
    14 | name = "member"
       |        ^^^^^^^^
       |
       = help: the first stands in line 8 of concepts/own.toml: rename one of them

    error: `description` is empty
      --> concepts/own.toml:15:15
       |
    15 | description = ""
       |               ^^

    error: unknown key `watch` in this file
      --> concepts/own.toml:17:3
       |
    17 | [[watch]]
       |   ^^^^^
       |
       = help: known keys: concept
    "#);
}

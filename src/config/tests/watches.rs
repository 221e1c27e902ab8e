//! What is told of watches and of names.

use insta::assert_snapshot;

use super::given;

#[test]
fn queries_are_pointed_into_whatever_string_holds_them() {
    assert_snapshot!(given(r#"
[[channel]]
name = "desk"
kind = "stdout"
[[watch]]
name = "basic"
query = "\"t\u00e9l\u00e9\" AND titel:x"
channels = ["desk"]
[[watch]]
name = "lines"
query = """
@asean AND \
    кибербезопасность AND
    @cybersecurty"""
channels = ["desk"]
[[watch]]
name = "literal"
query = '"never closed'
channels = []
"#).told(), @r#"
    error: unknown field `titel`
     --> feedwatch.toml:7:33
      |
    7 | query = "\"t\u00e9l\u00e9\" AND titel:x"
      |                                 ^^^^^^
      |
      = help: did you mean `title:`?

    error: there is no concept named `cybersecurty`
      --> feedwatch.toml:14:5
       |
    14 |     @cybersecurty"""
       |     ^^^^^^^^^^^^^
       |
       = help: did you mean `cybersecurity`?

    error: this quote is never closed
      --> feedwatch.toml:18:10
       |
    18 | query = '"never closed'
       |          ^
       |
       = help: close it after the last word of the phrase, as in `"never …"`
    "#);
}

#[test]
fn names_that_are_unknown_or_taken() {
    assert_snapshot!(given(r#"
[[channel]]
name = "desk"
kind = "stdout"
[[channel]]
name = "desk"
kind = "stdout"
[[watch]]
name = "w"
query = "@asaen"
channels = ["desk", "dsk", "pager"]
[[watch]]
name = "w"
query = "@quite-another"
channels = "desk"
[[watch]]
name = " "
query = ""
channels = []
"#).told(), @r#"
    error: the channel `desk` is there twice
     --> feedwatch.toml:6:8
      |
    6 | name = "desk"
      |        ^^^^^^
      |
      = help: the first stands in line 3 of feedwatch.toml: rename one of them

    error: there is no concept named `asaen`
      --> feedwatch.toml:10:10
       |
    10 | query = "@asaen"
       |          ^^^^^^
       |
       = help: did you mean `asean`?

    error: there is no channel named `dsk`
      --> feedwatch.toml:11:22
       |
    11 | channels = ["desk", "dsk", "pager"]
       |                      ^^^
       |
       = help: did you mean `desk`?

    error: there is no channel named `pager`
      --> feedwatch.toml:11:29
       |
    11 | channels = ["desk", "dsk", "pager"]
       |                             ^^^^^
       |
       = help: known channels: desk

    error: the watch `w` is there twice
      --> feedwatch.toml:13:8
       |
    13 | name = "w"
       |        ^^^
       |
       = help: the first stands in line 9 of feedwatch.toml: rename one of them

    error: there is no concept named `quite-another`
      --> feedwatch.toml:14:10
       |
    14 | query = "@quite-another"
       |          ^^^^^^^^^^^^^^
       |
       = help: define a [[concept]] of that name, or name one of the 28 that there are

    error: `name` is empty
      --> feedwatch.toml:17:8
       |
    17 | name = " "
       |        ^^^

    error: the query is empty
      --> feedwatch.toml:18:9
       |
    18 | query = ""
       |         ^^
       |
       = help: write at least one word to look for
    "#);
}

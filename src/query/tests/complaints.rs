//! Every error and warning, as a user sees it.

use insta::assert_snapshot;

use crate::diagnostic::{Diagnostic, render};
use crate::query::{MAX_LEN, parse};

/// The errors and warnings of a query, drawn.
fn complaints(text: &str) -> String {
    let found = match parse(text) {
        Ok(parsed) => parsed.warnings,
        Err(found) => {
            assert!(found.iter().any(Diagnostic::is_error), "{text}");
            found
        }
    };
    assert!(found.iter().all(|diagnostic| diagnostic.help.is_some()), "{text}");
    let drawn: Vec<_> = found.iter().map(|diagnostic| render(diagnostic, "query", text, false)).collect();
    drawn.join("\n\n")
}

#[test]
fn quotes_braces_and_parentheses_must_close() {
    assert_snapshot!(complaints("\"cyber security"), @r#"
    error: this quote is never closed
     --> query:1:1
      |
    1 | "cyber security
      | ^
      |
      = help: close it after the last word of the phrase, as in `"cyber …"`
    "#);
    assert_snapshot!(complaints("«cyber security"), @r#"
    error: this quote is never closed
     --> query:1:1
      |
    1 | «cyber security
      | ^
      |
      = help: close it after the last word of the phrase, as in `"cyber …"`
    "#);
    assert_snapshot!(complaints("{NATO"), @r"
    error: this brace is never closed
     --> query:1:1
      |
    1 | {NATO
      | ^
      |
      = help: write `{NATO}`
    ");
    assert_snapshot!(complaints("NATO}"), @r"
    error: no `{` opens this brace
     --> query:1:5
      |
    1 | NATO}
      |     ^
      |
      = help: remove it
    ");
    assert_snapshot!(complaints("/sec"), @r"
    error: this regular expression is never closed
     --> query:1:1
      |
    1 | /sec
      | ^^^^
      |
      = help: end it with `/`
    ");
    assert_snapshot!(complaints("(a OR b"), @r"
    error: this parenthesis is never closed
     --> query:1:1
      |
    1 | (a OR b
      | ^
      |
      = help: write `)` where the group ends
    ");
    assert_snapshot!(complaints("a OR b)"), @r"
    error: no `(` opens this parenthesis
     --> query:1:7
      |
    1 | a OR b)
      |       ^
      |
      = help: write `(` where the group starts
    ");
    assert_snapshot!(complaints("2 OF (a, b"), @r"
    error: this parenthesis is never closed
     --> query:1:6
      |
    1 | 2 OF (a, b
      |      ^
      |
      = help: write `)` where the group ends
    ");
}

#[test]
fn what_is_empty_is_refused() {
    assert_snapshot!(complaints(""), @r"
    error: the query is empty
     |
     = help: write at least one word to look for
    ");
    assert_snapshot!(complaints("# only a comment"), @r"
    error: the query is empty
     |
     = help: write at least one word to look for
    ");
    assert_snapshot!(complaints("()"), @r"
    error: these parentheses hold nothing
     --> query:1:1
      |
    1 | ()
      | ^^
      |
      = help: write words between them
    ");
    assert_snapshot!(complaints("a AND ()"), @r"
    error: these parentheses hold nothing
     --> query:1:7
      |
    1 | a AND ()
      |       ^^
      |
      = help: write words between them
    ");
    assert_snapshot!(complaints("\"\""), @r#"
    error: these quotes hold nothing
     --> query:1:1
      |
    1 | ""
      | ^^
      |
      = help: write words between them
    "#);
    assert_snapshot!(complaints("\"…\""), @r#"
    error: this phrase has no letter or digit to search for
     --> query:1:1
      |
    1 | "…"
      | ^^^
      |
      = help: write words between them
    "#);
    assert_snapshot!(complaints("{}"), @r"
    error: these braces hold nothing to search for
     --> query:1:1
      |
    1 | {}
      | ^^
      |
      = help: write a word in the case it must have, as in `{NATO}`
    ");
    assert_snapshot!(complaints("a AND @"), @r"
    error: `@` needs the name of a concept
     --> query:1:7
      |
    1 | a AND @
      |       ^
      |
      = help: write it without a space, as in `@asean`
    ");
    assert_snapshot!(complaints("a AND = b"), @r"
    error: `=` needs a word or a phrase right after it
     --> query:1:7
      |
    1 | a AND = b
      |       ^
      |
      = help: write `=word` without a space
    ");
    assert_snapshot!(complaints("title:"), @r"
    error: `title:` has no value
     --> query:1:1
      |
    1 | title:
      | ^^^^^^
      |
      = help: write what it must hold, as in `title:summit`
    ");
    assert_snapshot!(complaints("title: AND a"), @r"
    error: `title:` has no value
     --> query:1:1
      |
    1 | title: AND a
      | ^^^^^^
      |
      = help: write what it must hold, as in `title:summit`
    ");
    assert_snapshot!(complaints("2 OF (a, , b)"), @r"
    error: an operand is missing in this list
     --> query:1:10
      |
    1 | 2 OF (a, , b)
      |          ^
      |
      = help: write `2 OF (a, b, c)`
    ");
}

#[test]
fn operators_need_an_operand_on_each_side() {
    assert_snapshot!(complaints("AND a"), @r"
    error: `AND` has nothing on its left
     --> query:1:1
      |
    1 | AND a
      | ^^^
      |
      = help: write a word or a group before it
    ");
    assert_snapshot!(complaints("a AND"), @r"
    error: `AND` has nothing on its right
     --> query:1:3
      |
    1 | a AND
      |   ^^^
      |
      = help: write a word or a group after it
    ");
    assert_snapshot!(complaints("OR"), @r"
    error: `OR` has nothing on its left
     --> query:1:1
      |
    1 | OR
      | ^^
      |
      = help: write a word or a group before it
    ");
    assert_snapshot!(complaints("a OR"), @r"
    error: `OR` has nothing on its right
     --> query:1:3
      |
    1 | a OR
      |   ^^
      |
      = help: write a word or a group after it
    ");
    assert_snapshot!(complaints("a AND OR b"), @r"
    error: operators in a row: `AND OR`
     --> query:1:3
      |
    1 | a AND OR b
      |   ^^^^^^
      |
      = help: keep the one you mean, with a word on each side
    ");
    assert_snapshot!(complaints("a NEAR/3"), @r"
    error: `NEAR/3` has nothing on its right
     --> query:1:3
      |
    1 | a NEAR/3
      |   ^^^^^^
      |
      = help: write a word or a group after it
    ");
    assert_snapshot!(complaints("NEAR/3 NEAR/3 a"), @r"
    error: operators in a row: `NEAR/3 NEAR/3`
     --> query:1:1
      |
    1 | NEAR/3 NEAR/3 a
      | ^^^^^^^^^^^^^
      |
      = help: keep the one you mean, with a word on each side
    ");
    assert_snapshot!(complaints("NOT"), @r"
    error: `NOT` has nothing on its right
     --> query:1:1
      |
    1 | NOT
      | ^^^
      |
      = help: write a word or a group after it
    ");
    assert_snapshot!(complaints("a AND NOT AND b"), @r"
    error: `NOT` has nothing on its right
     --> query:1:7
      |
    1 | a AND NOT AND b
      |       ^^^
      |
      = help: write a word or a group after it
    ");
    assert_snapshot!(complaints("ATLEAST/2"), @r"
    error: `ATLEAST/2` has nothing on its right
     --> query:1:1
      |
    1 | ATLEAST/2
      | ^^^^^^^^^
      |
      = help: write a word or a group after it
    ");
}

#[test]
fn counts_stay_in_range() {
    assert_snapshot!(complaints("a NEAR/99 b"), @r"
    error: `NEAR/99` needs a number from 0 to 50
     --> query:1:3
      |
    1 | a NEAR/99 b
      |   ^^^^^^^
      |
      = help: write `NEAR/50`
    ");
    assert_snapshot!(complaints("a NEAR/x b"), @r"
    error: `NEAR/x` needs a number from 0 to 50
     --> query:1:3
      |
    1 | a NEAR/x b
      |   ^^^^^^
      |
      = help: write `NEAR/4`
    ");
    assert_snapshot!(complaints("a NEAR/5f b"), @r"
    error: `NEAR/5f` needs a number from 0 to 50
     --> query:1:3
      |
    1 | a NEAR/5f b
      |   ^^^^^^^
      |
      = help: write `ONEAR/5`
    ");
    assert_snapshot!(complaints("ATLEAST tokyo"), @r"
    error: `ATLEAST` needs a number from 1 to 50
     --> query:1:1
      |
    1 | ATLEAST tokyo
      | ^^^^^^^
      |
      = help: write `ATLEAST/2 word`
    ");
    assert_snapshot!(complaints("ATLEAST/0 tokyo"), @r"
    error: `ATLEAST/0` needs a number from 1 to 50
     --> query:1:1
      |
    1 | ATLEAST/0 tokyo
      | ^^^^^^^^^
      |
      = help: write `ATLEAST/1 word`
    ");
    assert_snapshot!(complaints("\"two words\"~99"), @r#"
    error: `~99` needs a number from 0 to 50
     --> query:1:12
      |
    1 | "two words"~99
      |            ^^^
      |
      = help: write `"…"~50`
    "#);
    assert_snapshot!(complaints("\"two words\"~"), @r#"
    error: `~` needs a number from 0 to 50
     --> query:1:12
      |
    1 | "two words"~
      |            ^
      |
      = help: write `"…"~4`
    "#);
    assert_snapshot!(complaints("0 OF (a, b)"), @r"
    error: `0 OF` would match every article
     --> query:1:1
      |
    1 | 0 OF (a, b)
      | ^
      |
      = help: ask for at least one: `1 OF (…)`
    ");
    assert_snapshot!(complaints("3 OF (a, b)"), @r"
    error: 3 of 2 operands can never match
     --> query:1:1
      |
    1 | 3 OF (a, b)
      | ^
      |
      = help: ask for at most 2
    ");
    assert_snapshot!(complaints("2 of (a, b)"), @r"
    error: `of` in lower case is a word
     --> query:1:3
      |
    1 | 2 of (a, b)
      |   ^^
      |
      = help: write `2 OF (…)`
    ");
}

#[test]
fn operators_stay_where_they_mean_something() {
    assert_snapshot!(complaints("a NEAR/3 NOT b"), @r"
    error: NOT cannot stand inside NEAR
     --> query:1:10
      |
    1 | a NEAR/3 NOT b
      |          ^^^^^
      |
      = help: exclude after the whole: `a NEAR/4 b NOT c`
    ");
    assert_snapshot!(complaints("a NEAR/3 (b AND c)"), @r"
    error: AND cannot stand inside NEAR
     --> query:1:10
      |
    1 | a NEAR/3 (b AND c)
      |          ^^^^^^^^^
      |
      = help: write two, joined by AND: `(a NEAR/4 b) AND (a NEAR/4 c)`
    ");
    assert_snapshot!(complaints("a NEAR/3 (b NOT c)"), @r"
    error: NOT cannot stand inside NEAR
     --> query:1:10
      |
    1 | a NEAR/3 (b NOT c)
      |          ^^^^^^^^^
      |
      = help: exclude after the whole: `a NEAR/4 b NOT c`
    ");
    assert_snapshot!(complaints("title:a NEAR/3 b"), @r"
    error: a field cannot stand inside NEAR
     --> query:1:1
      |
    1 | title:a NEAR/3 b
      | ^^^^^^^
      |
      = help: put the field around the whole: `title:(a NEAR/4 b)`
    ");
    assert_snapshot!(complaints("a NEAR/3 (b OR lang:ru)"), @r"
    error: a field cannot stand inside NEAR
     --> query:1:16
      |
    1 | a NEAR/3 (b OR lang:ru)
      |                ^^^^^^^
      |
      = help: join it by AND: `(a NEAR/4 b) AND lang:ru`
    ");
    assert_snapshot!(complaints("a NEAR (ATLEAST/2 b)"), @r"
    error: ATLEAST cannot stand inside NEAR
     --> query:1:8
      |
    1 | a NEAR (ATLEAST/2 b)
      |        ^^^^^^^^^^^^^
      |
      = help: join it by AND: `(a NEAR/4 b) AND (ATLEAST/2 a)`
    ");
    assert_snapshot!(complaints("a NEAR (2 OF (b, c))"), @r"
    error: `n OF` cannot stand inside NEAR
     --> query:1:8
      |
    1 | a NEAR (2 OF (b, c))
      |        ^^^^^^^^^^^^^
      |
      = help: join the words by OR
    ");
    assert_snapshot!(complaints("ATLEAST/2 (a AND b)"), @r"
    error: AND cannot stand inside ATLEAST
     --> query:1:11
      |
    1 | ATLEAST/2 (a AND b)
      |           ^^^^^^^^^
      |
      = help: count words, phrases or an OR group: `ATLEAST/2 (a OR b)`
    ");
    assert_snapshot!(complaints("ATLEAST/2 lang:ru"), @r"
    error: a metadata field cannot stand inside ATLEAST
     --> query:1:11
      |
    1 | ATLEAST/2 lang:ru
      |           ^^^^^^^
      |
      = help: count words, phrases or an OR group: `ATLEAST/2 (a OR b)`
    ");
    assert_snapshot!(complaints("title:-a"), @r"
    error: NOT cannot stand right after `title:`
     --> query:1:7
      |
    1 | title:-a
      |       ^
      |
      = help: exclude the field as a whole: `NOT title:…`
    ");
    assert_snapshot!(complaints("title:(body:a)"), @r"
    error: a field cannot stand inside a field
     --> query:1:7
      |
    1 | title:(body:a)
      |       ^^^^^^^^
      |
      = help: end the first before the second: `title:a body:b`
    ");
    assert_snapshot!(complaints("tokyo, bangkok"), @r"
    error: a comma only separates the operands of `n OF (…)`
     --> query:1:6
      |
    1 | tokyo, bangkok
      |      ^
      |
      = help: write AND or OR instead
    ");
    assert_snapshot!(complaints("a - b"), @r"
    error: a `-` that stands alone excludes nothing
     --> query:1:3
      |
    1 | a - b
      |   ^
      |
      = help: write `-word` without a space
    ");
    assert_snapshot!(complaints("a / b"), @r"
    error: a `/` that stands alone has no meaning
     --> query:1:3
      |
    1 | a / b
      |   ^
      |
      = help: write AND or OR instead
    ");
}

#[test]
fn unknown_fields_are_named() {
    assert_snapshot!(complaints("titel:bangkok"), @r"
    error: unknown field `titel`
     --> query:1:1
      |
    1 | titel:bangkok
      | ^^^^^^
      |
      = help: did you mean `title:`?
    ");
    assert_snapshot!(complaints("tags:wires"), @r"
    error: unknown field `tags`
     --> query:1:1
      |
    1 | tags:wires
      | ^^^^^
      |
      = help: did you mean `tag:`?
    ");
    assert_snapshot!(complaints("intitle:bangkok"), @r"
    error: unknown field `intitle`
     --> query:1:1
      |
    1 | intitle:bangkok
      | ^^^^^^^^
      |
      = help: did you mean `title:`?
    ");
    assert_snapshot!(complaints("Путин:война"), @r#"
    error: unknown field `Путин`
     --> query:1:1
      |
    1 | Путин:война
      | ^^^^^^
      |
      = help: to search for text with a colon, quote it: `"Путин:война"`
    "#);
}

#[test]
fn metadata_takes_whole_values() {
    assert_snapshot!(complaints("lang:russian"), @r"
    error: `russian` is not a language code
     --> query:1:6
      |
    1 | lang:russian
      |      ^^^^^^^
      |
      = help: write it as in `lang:ru`
    ");
    assert_snapshot!(complaints("lang:(ru AND uk)"), @r"
    error: `lang:` takes a value or an OR of values
     --> query:1:6
      |
    1 | lang:(ru AND uk)
      |      ^^^^^^^^^^^
      |
      = help: repeat the field for every value: `lang:a NOT lang:b`
    ");
    assert_snapshot!(complaints("lang:\"ru\"~2 OR source:\"a b\"~2"), @r#"
    warning: `~` has no effect on a single word
     --> query:1:10
      |
    1 | lang:"ru"~2 OR source:"a b"~2
      |          ^^
      |
      = help: write `"ru"`

    error: `source:` takes whole values
     --> query:1:23
      |
    1 | lang:"ru"~2 OR source:"a b"~2
      |                       ^^^^^^^
      |
      = help: write a word or quoted text, as in `source:Kyodo`
    "#);
    assert_snapshot!(complaints("country:japan"), @r"
    error: `japan` is not a country code
     --> query:1:9
      |
    1 | country:japan
      |         ^^^^^
      |
      = help: write it as in `country:jp`
    ");
    assert_snapshot!(complaints("lang:(ru OR cn OR xx-XX OR kr OR xyz)"), @r"
    error: `cn` is the code of no language
     --> query:1:13
      |
    1 | lang:(ru OR cn OR xx-XX OR kr OR xyz)
      |             ^^
      |
      = help: did you mean `lang:zh`?

    error: `xx-XX` is the code of no language
     --> query:1:19
      |
    1 | lang:(ru OR cn OR xx-XX OR kr OR xyz)
      |                   ^^^^^
      |
      = help: write it as in `lang:ru`

    warning: `kr` is the code of no common language
     --> query:1:28
      |
    1 | lang:(ru OR cn OR xx-XX OR kr OR xyz)
      |                            ^^
      |
      = help: did you mean `lang:ko`?

    warning: `xyz` is the code of no common language
     --> query:1:34
      |
    1 | lang:(ru OR cn OR xx-XX OR kr OR xyz)
      |                                  ^^^
      |
      = help: articles have it only where their feed declares it; usual is `lang:ru`
    ");
    assert_snapshot!(complaints("country:(jp OR UK OR zz)"), @r"
    error: `UK` is the code of no country
     --> query:1:16
      |
    1 | country:(jp OR UK OR zz)
      |                ^^
      |
      = help: did you mean `country:gb`?

    error: `zz` is the code of no country
     --> query:1:22
      |
    1 | country:(jp OR UK OR zz)
      |                      ^^
      |
      = help: write it as in `country:jp`
    ");
    assert_snapshot!(complaints("lang:(rus OR zh-Hant OR JP OR fil) OR country:(gb OR eu)"), @"");
    assert_snapshot!(complaints("site:https://example.com/a"), @r"
    error: `https://example.com/a` is not the name of a host
     --> query:1:6
      |
    1 | site:https://example.com/a
      |      ^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write `site:example.com`
    ");
    assert_snapshot!(complaints("site:*.go.jp"), @r"
    error: `*.go.jp` is not the name of a host
     --> query:1:6
      |
    1 | site:*.go.jp
      |      ^^^^^^^
      |
      = help: write `site:go.jp`
    ");
    assert_snapshot!(complaints("url:/"), @r"
    error: `/` has no letter or digit, so it would choose every article
     --> query:1:5
      |
    1 | url:/
      |     ^
      |
      = help: write it as in `url:/economy/`
    ");
    assert_snapshot!(complaints("source:Kyo*"), @r"
    error: `Kyo*` is not a whole value: `*` has no meaning here
     --> query:1:8
      |
    1 | source:Kyo*
      |        ^^^^
      |
      = help: write `source:Kyo`
    ");
}

#[test]
fn prefixes_have_two_letters_and_end_words() {
    assert_snapshot!(complaints("g*"), @r"
    error: the prefix `g*` is too short: most articles hold such a word
     --> query:1:1
      |
    1 | g*
      | ^^
      |
      = help: write at least two letters before `*`
    ");
    assert_snapshot!(complaints("*"), @r"
    error: a lone `*` would match every article
     --> query:1:1
      |
    1 | *
      | ^
      |
      = help: write at least two letters before it
    ");
    assert_snapshot!(complaints("*word"), @r"
    error: a word cannot start with `*`
     --> query:1:1
      |
    1 | *word
      | ^^^^^
      |
      = help: write a pattern: `/\w*word\w*/i`
    ");
    assert_snapshot!(complaints("wo*rd"), @r"
    error: `*` can only end a word
     --> query:1:1
      |
    1 | wo*rd
      | ^^^^^
      |
      = help: write `wo*`
    ");
    assert_snapshot!(complaints("w*d"), @r"
    error: `*` can only end a word
     --> query:1:1
      |
    1 | w*d
      | ^^^
      |
      = help: write the words out, joined by OR
    ");
    assert_snapshot!(complaints("AC/DC*"), @r"
    error: a prefix is a single word
     --> query:1:1
      |
    1 | AC/DC*
      | ^^^^^^
      |
      = help: write `AC ONEAR/0 DC*`
    ");
    assert_snapshot!(complaints("wom?n"), @r"
    error: `?` does not stand for a letter
     --> query:1:1
      |
    1 | wom?n
      | ^^^^^
      |
      = help: write the words out, joined by OR
    ");
    assert_snapshot!(complaints("\"word\"*"), @r#"
    error: a `*` cannot follow a quote
     --> query:1:7
      |
    1 | "word"*
      |       ^
      |
      = help: put it after a bare word, as in `govern*`
    "#);
}

#[test]
fn signs_of_other_tools_are_translated() {
    assert_snapshot!(complaints("a && b"), @r"
    error: `&&` is not an operator here
     --> query:1:3
      |
    1 | a && b
      |   ^^
      |
      = help: write `AND`
    ");
    assert_snapshot!(complaints("a || b"), @r"
    error: `||` is not an operator here
     --> query:1:3
      |
    1 | a || b
      |   ^^
      |
      = help: write `OR`
    ");
    assert_snapshot!(complaints("+tokyo"), @r"
    error: `+` is not an operator here
     --> query:1:1
      |
    1 | +tokyo
      | ^^^^^^
      |
      = help: write `tokyo`: every word is required
    ");
    assert_snapshot!(complaints("!tokyo"), @r"
    error: `!` is not an operator here
     --> query:1:1
      |
    1 | !tokyo
      | ^^^^^^
      |
      = help: write `NOT tokyo`
    ");
    assert_snapshot!(complaints("! tokyo"), @r"
    error: `!` is not an operator here
     --> query:1:1
      |
    1 | ! tokyo
      | ^
      |
      = help: write `NOT`
    ");
    assert_snapshot!(complaints("tokyo~2"), @r"
    error: `~` after a word: a fuzzy match is not part of the language
     --> query:1:1
      |
    1 | tokyo~2
      | ^^^^^^^
      |
      = help: write the spellings out, joined by OR
    ");
    assert_snapshot!(complaints("tokyo^2"), @r"
    error: `^` after a word: a weight is not part of the language
     --> query:1:1
      |
    1 | tokyo^2
      | ^^^^^^^
      |
      = help: write `tokyo`
    ");
    assert_snapshot!(complaints("[a TO b]"), @r"
    error: square brackets have no meaning here
     --> query:1:1
      |
    1 | [a TO b]
      | ^^
      |
      = help: group with `( )`
    ");
    assert_snapshot!(complaints("a W/3 b"), @r"
    error: `W/3` is not an operator here
     --> query:1:3
      |
    1 | a W/3 b
      |   ^^^
      |
      = help: write `NEAR/3`
    ");
    assert_snapshot!(complaints("a near/3 b"), @r"
    error: `near/3` is not an operator here
     --> query:1:3
      |
    1 | a near/3 b
      |   ^^^^^^
      |
      = help: write `NEAR/3`
    ");
    assert_snapshot!(complaints("a AROUND(3) b"), @r"
    error: `AROUND(3)` is not an operator here
     --> query:1:3
      |
    1 | a AROUND(3) b
      |   ^^^^^^^^^
      |
      = help: write `NEAR/3`
    ");
    assert_snapshot!(complaints("a ANDNOT b"), @r"
    error: `ANDNOT` is not an operator here
     --> query:1:3
      |
    1 | a ANDNOT b
      |   ^^^^^^
      |
      = help: write `AND NOT`
    ");
    assert_snapshot!(complaints("a … b"), @r"
    error: `…` has no letter or digit to search for
     --> query:1:3
      |
    1 | a … b
      |   ^
      |
      = help: remove it
    ");
}

#[test]
fn regular_expressions_are_bounded() {
    assert_snapshot!(complaints("/(sec/"), @r"
    error: this regular expression is not valid: unclosed group
     --> query:1:2
      |
    1 | /(sec/
      |  ^
      |
      = help: put `\` before a sign that stands for itself, as in `\.`
    ");
    assert_snapshot!(complaints("/a.b/"), @r"
    error: this regular expression has no fixed text, so it would run on every article
     --> query:1:2
      |
    1 | /a.b/
      |  ^^^
      |
      = help: give it two letters or digits in a row that every match holds
    ");
    assert_snapshot!(complaints("/(cyber)?/"), @r"
    error: this regular expression has no fixed text, so it would run on every article
     --> query:1:2
      |
    1 | /(cyber)?/
      |  ^^^^^^^^
      |
      = help: give it two letters or digits in a row that every match holds
    ");
    assert_snapshot!(complaints("/sec/x"), @r"
    error: `x` is not a flag of a regular expression
     --> query:1:6
      |
    1 | /sec/x
      |      ^
      |
      = help: only `i` (any case) is known
    ");
    assert_snapshot!(complaints("/r/technology"), @r#"
    error: this regular expression has no fixed text, so it would run on every article
     --> query:1:2
      |
    1 | /r/technology
      |  ^
      |
      = help: give it two letters or digits in a row that every match holds

    error: `technology` is not a flag of a regular expression
     --> query:1:4
      |
    1 | /r/technology
      |    ^^^^^^^^^^
      |
      = help: if it is text, write `"/r/technology"`
    "#);
    assert_snapshot!(complaints("/(\\w{500}){500}abc/"), @r"
    error: this regular expression needs too much memory
     --> query:1:2
      |
    1 | /(\w{500}){500}abc/
      |  ^^^^^^^^^^^^^^^^^
      |
      = help: use smaller repetitions, such as `{0,20}`
    ");
}

#[test]
fn a_query_cannot_only_exclude() {
    assert_snapshot!(complaints("NOT a"), @r"
    error: the query only excludes: nearly every article would match
     --> query:1:1
      |
    1 | NOT a
      | ^^^^^
      |
      = help: add what to look for: `word NOT other`
    ");
    assert_snapshot!(complaints("-a -b"), @r"
    error: the query only excludes: nearly every article would match
     --> query:1:1
      |
    1 | -a -b
      | ^^^^^
      |
      = help: add what to look for: `word NOT other`
    ");
    assert_snapshot!(complaints("a OR NOT b"), @r"
    error: this side of OR only excludes: nearly every article would match
     --> query:1:6
      |
    1 | a OR NOT b
      |      ^^^^^
      |
      = help: join it with AND: `(a OR b) NOT c`
    ");
    assert_snapshot!(complaints("NOT (a AND NOT b)"), @r"
    error: the query only excludes: nearly every article would match
     --> query:1:1
      |
    1 | NOT (a AND NOT b)
      | ^^^^^^^^^^^^^^^^^
      |
      = help: add what to look for: `word NOT other`
    ");
    assert_snapshot!(complaints("2 OF (NOT a, NOT b, c)"), @r"
    error: the query only excludes: nearly every article would match
     --> query:1:1
      |
    1 | 2 OF (NOT a, NOT b, c)
      | ^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: add what to look for: `word NOT other`
    ");
    assert_snapshot!(complaints("NOT lang:ru"), @r"
    error: the query only excludes: nearly every article would match
     --> query:1:1
      |
    1 | NOT lang:ru
      | ^^^^^^^^^^^
      |
      = help: add what to look for: `word NOT other`
    ");
}

#[test]
fn what_is_probably_not_meant_is_warned_of() {
    assert_snapshot!(complaints("bread and butter"), @r"
    warning: `and` is searched for as a word
     --> query:1:7
      |
    1 | bread and butter
      |       ^^^
      |
      = help: write `AND` if you mean the operator
    ");
    assert_snapshot!(complaints("tea Or coffee"), @r"
    warning: `Or` is searched for as a word
     --> query:1:5
      |
    1 | tea Or coffee
      |     ^^
      |
      = help: write `OR` if you mean the operator
    ");
    assert_snapshot!(complaints("not tea"), @r"
    warning: `not` is searched for as a word
     --> query:1:1
      |
    1 | not tea
      | ^^^
      |
      = help: write `NOT` if you mean the operator
    ");
    assert_snapshot!(complaints("a OR b AND c"), @r"
    warning: AND and OR are mixed without parentheses: AND binds first
     --> query:1:6
      |
    1 | a OR b AND c
      |      ^^^^^^^
      |
      = help: write `(b AND c)` if that is what you mean
    ");
    assert_snapshot!(complaints("a OR b NOT c"), @r"
    warning: AND and OR are mixed without parentheses: AND binds first
     --> query:1:6
      |
    1 | a OR b NOT c
      |      ^^^^^^^
      |
      = help: write `(b NOT c)` if that is what you mean
    ");
    assert_snapshot!(complaints("a #ukraine"), @r"
    warning: `#` starts a comment up to the end of the line
     --> query:1:3
      |
    1 | a #ukraine
      |   ^^^^^^^^
      |
      = help: to search for the hashtag, write `ukraine`
    ");
    assert_snapshot!(complaints("日本AND中国"), @r"
    warning: `AND` is part of this word
     --> query:1:1
      |
    1 | 日本AND中国
      | ^^^^^^^^^^^
      |
      = help: put spaces around it: `日本 AND 中国`
    ");
    assert_snapshot!(complaints("'cyber security'"), @r#"
    warning: single quotes do not make a phrase
     --> query:1:1
      |
    1 | 'cyber security'
      | ^
      |
      = help: write `"cyber security"`
    "#);
    assert_snapshot!(complaints("\"cyber attack*\""), @r#"
    warning: a `*` inside quotes is not a prefix
     --> query:1:14
      |
    1 | "cyber attack*"
      |              ^
      |
      = help: write `cyber ONEAR/0 attack*`
    "#);
    assert_snapshot!(complaints("\"word\"~3"), @r#"
    warning: `~` has no effect on a single word
     --> query:1:7
      |
    1 | "word"~3
      |       ^^
      |
      = help: write `"word"`
    "#);
    assert_snapshot!(complaints("=gover*"), @r"
    warning: `=` has no effect on a prefix
     --> query:1:1
      |
    1 | =gover*
      | ^^^^^^^
      |
      = help: write `gover*`
    ");
}

#[test]
fn all_errors_come_at_once() {
    assert_snapshot!(complaints("titel:a AND (b OR lang:russian"), @r"
    error: unknown field `titel`
     --> query:1:1
      |
    1 | titel:a AND (b OR lang:russian
      | ^^^^^^
      |
      = help: did you mean `title:`?

    error: this parenthesis is never closed
     --> query:1:13
      |
    1 | titel:a AND (b OR lang:russian
      |             ^
      |
      = help: write `)` where the group ends

    error: `russian` is not a language code
     --> query:1:24
      |
    1 | titel:a AND (b OR lang:russian
      |                        ^^^^^^^
      |
      = help: write it as in `lang:ru`
    ");
    assert_snapshot!(complaints("\"a\" AND *b\nOR /(/ NEAR/77 c"), @r#"
    error: `*` can only end a word
     --> query:1:9
      |
    1 | "a" AND *b
      |         ^^
      |
      = help: write the words out, joined by OR

    error: this regular expression is not valid: unclosed group
     --> query:2:5
      |
    2 | OR /(/ NEAR/77 c
      |     ^
      |
      = help: put `\` before a sign that stands for itself, as in `\.`

    error: `NEAR/77` needs a number from 0 to 50
     --> query:2:8
      |
    2 | OR /(/ NEAR/77 c
      |        ^^^^^^^
      |
      = help: write `NEAR/50`
    "#);
}

#[test]
fn size_and_depth_are_bounded() {
    assert_snapshot!(complaints(&"a ".repeat(MAX_LEN)), @r"
    error: the query is longer than 65536 bytes
     |
     = help: move lists of words into concepts
    ");
    assert_snapshot!(complaints(&"long".repeat(200)), @r"
    error: this word is longer than 500 bytes
     --> query:1:1
      |
    1 | longlonglonglonglonglonglonglonglonglonglongl...glonglonglonglonglonglonglonglonglonglonglong
      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: put spaces between its words
    ");
    let deep = |open: &str| complaints(&format!("{}a", open.repeat(1000))).lines().next().map(str::to_owned);
    let too_deep = Some("error: the query is nested deeper than 64 levels".to_owned());
    for open in ["(", "NOT ", "-", "title:", "ATLEAST/2 ", "1 OF (", "b NEAR/1 b NEAR/2 "] {
        assert_eq!(deep(open), too_deep, "{open}");
    }
    for row in ["title:-", "a NEAR NOT ", "2 OF (-", "x:", "{a "] {
        assert!(complaints(&row.repeat(2000)).starts_with("error"), "{row}");
    }
}

#[test]
fn warnings_never_crowd_out_an_error() {
    let many = format!("{}\"open", "tea or ".repeat(30));
    assert!(complaints(&many).starts_with("error: this quote is never closed"));
}

#[test]
fn what_is_unusual_but_meant_passes_in_silence() {
    for text in [
        "lang:ru",
        "source:Kyodo",
        "lang:(ru OR uk) NOT tag:sport",
        "a AND (b OR NOT c)",
        "NOT NOT a",
        "'Ndrangheta",
        "or",
        "tag:#asean",
        "source:and x",
        "/cyber\\w+/i",
        "/(?:ransom|mal)ware/",
    ] {
        assert_eq!(complaints(text), "", "{text}");
    }
}

/// What is told of `text`: whether it is refused, the place and the way out of the first complaint.
fn first_help(text: &str) -> (bool, String, String) {
    let (refused, found) = match parse(text) {
        Ok(parsed) => (false, parsed.warnings),
        Err(found) => (true, found),
    };
    let first = found.into_iter().next().unwrap_or_else(|| panic!("nothing is told of {text}"));
    let place = first.span.map(|span| text[span].to_owned()).unwrap_or_default();
    (refused, place, first.help.unwrap_or_default())
}

#[test]
fn what_other_tools_write_is_answered_with_what_to_write_here() {
    for (text, refused, place, help) in [
        ("a near5 b", true, "near5", "write `NEAR/5`"),
        ("a NEAR5 b", true, "NEAR5", "write `NEAR/5`"),
        ("ATLEAST3 a", true, "ATLEAST3", "write `ATLEAST/3`"),
        ("a NEAR/ 5 b", true, "NEAR/ 5", "write `NEAR/5`"),
        ("a AROUND(5) b", true, "AROUND(5)", "write `NEAR/5`"),
        ("a NEAR 5 b", false, "5", "write `NEAR/5` if you mean the operator"),
        ("a ONEAR 5 b", false, "5", "write `ONEAR/5` if you mean the operator"),
        ("a ADJ b", false, "ADJ", "write `ONEAR/0` if you mean the operator"),
        ("a MINUS b", false, "MINUS", "write `NOT` if you mean the operator"),
        ("a UND b", false, "UND", "write `AND` if you mean the operator"),
        ("а ИЛИ б", false, "ИЛИ", "write `OR` if you mean the operator"),
        ("2 OF a b", false, "OF", "write `2 OF (a, b, c)` if you mean the operator"),
        ("a AND/OR b", true, "AND/OR", "write `OR`, which takes both too"),
        ("title=summit", true, "title=summit", "write `title:summit`"),
        ("title=\"summit\"", true, "title=", "write `title:…`"),
        ("raw:WHO", true, "raw:", "write `{WHO}`, which keeps the case"),
        (
            "date:2024",
            true,
            "date:",
            "leave it out: a watch sees articles as they come, and searches take `--since`",
        ),
        ("lang:\"ru,uk\"", true, "\"ru,uk\"", "write `lang:(ru OR uk)`"),
        ("tokyo;bangkok", true, "tokyo;bangkok", "write AND or OR instead: `tokyo OR bangkok`"),
        ("AT&amp;T", true, "AT&amp;T", "write `AT&T`"),
        ("(a b)~5", true, "~5", "write `\"two words\"~5`, or `a NEAR/5 b`"),
        ("‘cyber security’", false, "‘", "write `\"cyber security\"`"),
        (
            "\"he said \"no\" today\"",
            false,
            "\"",
            "leave the inner quotes out, or put a space after the quote",
        ),
        (
            "\"cyber ? security\"",
            false,
            "?",
            "let words stand between by a distance, as in `\"cyber security\"~1`",
        ),
        ("\"japan OR china\"", false, "OR", "for the operator, quote each side: `\"a b\" OR \"c d\"`"),
        ("US AND tariff", false, "US", "write `{US}` if the capitals matter"),
        ("Rоссия", false, "Rоссия", "type it anew: as it is, it finds nothing that is spelled in one"),
    ] {
        assert_eq!(first_help(text), (refused, place.to_owned(), help.to_owned()), "{text}");
    }
}

#[test]
fn full_width_operators_are_operators() {
    for (text, narrow) in [
        ("東京　ＡＮＤ　大阪", "東京 AND 大阪"),
        ("東京　ＯＲ　大阪", "東京 OR 大阪"),
        ("東京　ＮＯＴ　大阪", "東京 NOT 大阪"),
        ("東京　ＮＥＡＲ／３　大阪", "東京 NEAR/3 大阪"),
    ] {
        let printed =
            |text: &str| parse(text).unwrap_or_else(|found| panic!("{text}: {found:?}")).query.to_string();
        assert_eq!(printed(text), printed(narrow), "{text}");
    }
}

//! Markdown as our manuals are written → roff: headings, paragraphs, lists, tables, blocks, and what stands within a
//! line. Whatever else Markdown has comes out as it is written.

use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use super::{heading, paragraph, verbatim};

/// Appends `text` without its title, which the page has already.
pub(super) fn write(roff: &mut Roff, text: &str) {
    let mut lines = text.lines().peekable();
    // A heading makes room enough below it.
    let mut is_first = true;
    while let Some(line) = lines.next() {
        let begins = line.is_empty() || line.starts_with('#');
        if line.starts_with("# ") || line.is_empty() {
        } else if let Some(name) = line.strip_prefix("## ") {
            heading(roff, &name.to_uppercase());
        } else if line.starts_with("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            if !is_first {
                roff.control("sp", []);
            }
            roff.control("RS", ["4"]);
            verbatim(roff, block);
            roff.control("RE", []);
        } else if line.starts_with('|') {
            let mut rows = vec![cells(line)];
            while let Some(row) = lines.next_if(|line| line.starts_with('|')) {
                rows.push(cells(row));
            }
            table(roff, &rows);
        } else {
            let item = line.strip_prefix("- ");
            let mut whole = item.unwrap_or(line).to_owned();
            let goes_on = |line: &&str| {
                !line.is_empty() && !line.starts_with(['|', '`', '#']) && !line.starts_with("- ")
            };
            while let Some(more) = lines.next_if(goes_on) {
                whole.push(' ');
                whole.push_str(more.trim_start());
            }
            if item.is_some() {
                roff.control("IP", ["\\(bu", "2"]);
                roff.text(inlines(&whole));
            } else if is_first {
                roff.text(inlines(&whole));
            } else {
                paragraph(roff, inlines(&whole));
            }
        }
        is_first = if begins { is_first || line.starts_with('#') } else { false };
    }
}

/// The cells of a row; a bar within code is none of its borders.
fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut in_code = false;
    for c in row.trim().trim_start_matches('|').chars() {
        in_code ^= c == '`';
        match cells.last_mut() {
            Some(cell) if c != '|' || in_code => cell.push(c),
            _ => cells.push(String::new()),
        }
    }
    cells.pop();
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

/// Rows as terms: the first cell with what the others say, by the names of their columns where they are several.
fn table(roff: &mut Roff, rows: &[Vec<String>]) {
    let [header, _line, rows @ ..] = rows else { return };
    for row in rows {
        let Some((term, others)) = row.split_first() else { continue };
        roff.control("TP", []);
        roff.text(inlines(term));
        let named = |(name, cell): (&String, &String)| match others.len() {
            1 => cell.clone(),
            _ => format!("{name}: {cell}"),
        };
        let cells = header.iter().skip(1).zip(others).filter(|(_, cell)| *cell != "–");
        let said: Vec<String> = cells.map(named).collect();
        roff.text(inlines(&said.join("; ")));
    }
}

/// Code and what is strong in bold, what is stressed in italics, of links what they say.
fn inlines(text: &str) -> Vec<Inline> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut plain = String::new();
    while let Some(first) = rest.chars().next() {
        let marked =
            [("**", "**"), ("`", "`"), ("*", "*"), ("[", "](")].into_iter().find_map(|(opening, closing)| {
                let inner = rest.strip_prefix(opening)?;
                let end = inner.find(closing).filter(|end| *end > 0 && !inner.starts_with(' '))?;
                Some((opening, &inner[..end], &inner[end + closing.len()..]))
            });
        let Some((mark, inner, after)) = marked else {
            plain.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        if !plain.is_empty() {
            found.push(roman(std::mem::take(&mut plain)));
        }
        rest = after;
        match mark {
            "*" => found.push(italic(inner)),
            "[" => {
                found.extend(inlines(inner));
                rest = after.split_once(')').map_or("", |(_, rest)| rest);
            }
            _ => found.push(bold(inner)),
        }
    }
    if !plain.is_empty() {
        found.push(roman(plain));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_requests() {
        for (text, roff) in [
            ("# Title\n\n## A part\n", ".SH \"A PART\"\n"),
            (
                "one\ntwo `co*de`, *stress* and **all**\n",
                "one two \\fBco*de\\fR, \\fIstress\\fR and \\fBall\\fR\n",
            ),
            ("[the `file`](a/b.md) says\n", "the \\fBfile\\fR says\n"),
            ("- one\n  more\n- two\n", ".IP \\(bu 2\none more\n.IP \\(bu 2\ntwo\n"),
            ("```sh\na * b\n\n.c\n```\nx\n", ".RS 4\n.nf\na * b\n.sp\n\\&.c\n.fi\n.RE\n.PP\nx\n"),
            ("| a | b |\n|---|---|\n| `x|y` | z |\n", ".TP\n\\fBx|y\\fR\nz\n"),
            (
                "| a | b | c |\n|---|---|---|\n| x | y | z |\n| v | – | w |\n",
                ".TP\nx\nb: y; c: z\n.TP\nv\nc: w\n",
            ),
            ("one\n\ntwo\n\n## A\n\nthree\n", "one\n.PP\ntwo\n.SH A\nthree\n"),
            ("one\n\n```\na\n```\n", "one\n.sp\n.RS 4\n.nf\na\n.fi\n.RE\n"),
            ("2 * 3 and `open\n", "2 * 3 and `open\n"),
        ] {
            let mut written = Roff::new();
            write(&mut written, text);
            assert_eq!(written.to_roff(), roff, "{text}");
        }
    }
}

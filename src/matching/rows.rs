//! Lists in one array: what is asked thousands of times per article lies close together.

/// Lists, one after the other.
#[derive(Debug)]
pub(super) struct Rows<T> {
    ends: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { ends: Vec::new(), items: Vec::new() }
    }
}

impl<T: Copy> Rows<T> {
    /// No list yet, with room for some.
    pub(super) fn with_capacity(rows: usize, items: usize) -> Self {
        Self { ends: Vec::with_capacity(rows), items: Vec::with_capacity(items) }
    }

    /// As many as `rows` lists of those items that have the list's number; their order is kept.
    pub(super) fn group(rows: usize, pairs: &[(u32, T)]) -> Self {
        let Some((_, any)) = pairs.first() else {
            return Self { ends: vec![0; rows], items: Vec::new() };
        };
        let mut next = vec![0; rows];
        for (row, _) in pairs {
            next[*row as usize] += 1;
        }
        let mut start = 0;
        for count in &mut next {
            start += std::mem::replace(count, start);
        }
        let mut items = vec![*any; pairs.len()];
        for (row, item) in pairs {
            items[next[*row as usize] as usize] = *item;
            next[*row as usize] += 1;
        }
        // Where the last item of a list was put, the list ends.
        Self { ends: next, items }
    }

    /// The lists with their items replaced by what stands in the lists of `inner` that they number.
    pub(super) fn flatten<U: Copy>(&self, inner: &Rows<U>) -> Rows<U>
    where
        T: Into<u32>,
    {
        let lengths = self.items.iter().map(|item| inner.row((*item).into() as usize).len());
        let mut flat =
            Rows { ends: Vec::with_capacity(self.len()), items: Vec::with_capacity(lengths.sum()) };
        for index in 0..self.len() {
            let items = self.row(index).iter();
            flat.push(items.flat_map(|item| inner.row((*item).into() as usize)).copied());
        }
        flat
    }

    /// Adds a list.
    pub(super) fn push(&mut self, row: impl IntoIterator<Item = T>) {
        self.items.extend(row);
        self.ends.push(self.items.len() as u32);
    }

    /// Adds a list.
    pub(super) fn push_slice(&mut self, row: &[T]) {
        self.items.extend_from_slice(row);
        self.ends.push(self.items.len() as u32);
    }

    /// How many lists there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.items.shrink_to_fit();
    }

    pub(super) fn row(&self, index: usize) -> &[T] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.items[start as usize..self.ends[index] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grouped_lists_keep_the_order_of_their_items() {
        let rows = Rows::group(4, &[(2, 'a'), (0, 'b'), (2, 'c')]);
        let lists: Vec<&[char]> = (0..4).map(|row| rows.row(row)).collect();
        assert_eq!(lists, [&['b'][..], &[], &['a', 'c'], &[]]);
    }

    #[test]
    fn flattened_lists_hold_what_their_items_number() {
        let inner = Rows::group(3, &[(0, 'x'), (2, 'y'), (2, 'z')]);
        let rows = Rows::group(2, &[(0, 2_u32), (0, 0), (1, 1)]).flatten(&inner);
        assert_eq!((rows.row(0), rows.row(1)), (&['y', 'z', 'x'][..], &[][..]));
    }
}

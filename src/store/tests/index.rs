//! Which version of the analysis indexed an article, and its rewriting.

use super::*;

/// The numbers of the articles that the index finds by `token`.
async fn indexed(f: &Fixture, token: &str) -> Vec<i64> {
    let found = f.store.candidates(Some(token), None, 1..=i64::MAX, 10).await.unwrap();
    found.into_iter().map(|(seq, _)| seq).collect()
}

async fn add(f: &Fixture, guid: &str, title: &str) -> ArticleWrite {
    let write = f.write(guid, title);
    f.store.commit_poll(&PollIntent { new: vec![write.clone()], ..f.intent(0) }).await.unwrap();
    write
}

async fn rewrite(f: &Fixture, version: u32, texts: &[IndexedText], from: i64) {
    let rewritten: Vec<_> = texts.iter().map(|text| (text.clone(), format!("v{version}"))).collect();
    f.store.commit_index(version, &rewritten, from).await.unwrap();
}

#[tokio::test]
async fn an_index_of_another_version_is_stale_and_what_is_stored_since_is_not() {
    let f = fixture().await;
    let stale = async |version| f.store.stale_count(version, None).await.unwrap();
    add(&f, "1", "Old").await;
    assert_eq!((stale(1).await, stale(2).await), (1, 1), "nobody has said which version it is");
    f.store.begin_index(1).await.unwrap();
    add(&f, "2", "New").await;
    f.store.begin_index(1).await.unwrap();
    assert_eq!((stale(1).await, stale(2).await), (1, 2));
    assert_eq!(f.store.stale_count(2, Some(at(1))).await.unwrap(), 0);

    f.store.begin_index(2).await.unwrap();
    let found = f.store.stale_articles(2, 9).await.unwrap();
    assert_eq!(found.iter().map(|stale| stale.seq).collect::<Vec<_>>(), [2, 1]);
    let text = f.store.indexed_text(2).await.unwrap().unwrap();
    assert_eq!(i64::try_from(text.title.len() + text.body.len()).unwrap(), found[0].bytes);
    rewrite(&f, 2, &[text], 2).await;
    assert_eq!((indexed(&f, "v2").await, indexed(&f, "new").await, stale(2).await), (vec![2], vec![], 1));
    // A batch of a version that is in force no more changes nothing of how far the other is.
    rewrite(&f, 1, &[], 1).await;
    assert_eq!((stale(1).await, stale(2).await), (2, 1));
    rewrite(&f, 2, &[f.store.indexed_text(1).await.unwrap().unwrap()], 1).await;
    assert_eq!((indexed(&f, "v2").await, stale(2).await), (vec![2, 1], 0));
}

#[tokio::test]
async fn a_new_database_has_nothing_to_index_anew() {
    let f = fixture().await;
    f.store.begin_index(7).await.unwrap();
    add(&f, "1", "New").await;
    assert_eq!(f.store.stale_articles(7, 9).await.unwrap(), []);
}

#[tokio::test]
async fn what_was_edited_or_deleted_since_it_was_read_is_left_as_it_is() {
    let f = fixture().await;
    for title in ["Edited", "Gone", "Same"] {
        add(&f, title, title).await;
    }
    f.store.begin_index(1).await.unwrap();
    let mut texts = Vec::new();
    for seq in 1..=3 {
        texts.push(f.store.indexed_text(seq).await.unwrap().unwrap());
    }
    let mut edited = f.write("Edited", "Corrected");
    edited.article.body = texts[0].body.clone();
    f.store.commit_poll(&PollIntent { changed: vec![edited], ..f.intent(0) }).await.unwrap();
    let mut tx = f.store.write().await.unwrap();
    let gone = super::super::retention::delete_articles(&mut tx, &[2], false, at(0)).await.unwrap();
    assert_eq!(gone, 0, "its feed still carries it");
    for table in ["DELETE FROM article WHERE seq = 2", "DELETE FROM article_index WHERE rowid = 2"] {
        sqlx::query(table).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    rewrite(&f, 1, &texts, 1).await;
    assert_eq!((indexed(&f, "corrected").await, indexed(&f, "v1").await), (vec![1], vec![3]));
    assert_eq!(f.store.indexed_text(2).await.unwrap(), None);
    let mut tx = f.store.write().await.unwrap();
    let rows: Vec<i64> = sqlx::query_scalar("SELECT rowid FROM article_index WHERE article_index MATCH 'v1'")
        .fetch_all(&mut *tx)
        .await
        .unwrap();
    assert_eq!(rows, [3]);
}

#[tokio::test]
async fn what_is_committed_together_is_one_segment_of_the_index_whatever_its_order() {
    let f = fixture().await;
    for title in ["One", "Two", "Three"] {
        add(&f, title, title).await;
    }
    f.store.begin_index(1).await.unwrap();
    let segments = async || {
        let segments: Vec<i64> = sqlx::query_scalar("SELECT DISTINCT segid FROM article_index_idx")
            .fetch_all(f.store.reader())
            .await
            .unwrap();
        segments.len()
    };
    assert_eq!(segments().await, 3, "each poll is one");
    let new = ["Four", "Five", "Six"].map(|title| f.write(title, title)).to_vec();
    let changed = vec![f.write("Two", "Deux"), f.write("One", "Un")];
    f.store.commit_poll(&PollIntent { new, changed, ..f.intent(0) }).await.unwrap();
    assert_eq!(
        (segments().await, indexed(&f, "deux").await, indexed(&f, "five").await),
        (4, vec![2], vec![5])
    );
    let mut texts = Vec::new();
    for seq in [3, 2, 1] {
        texts.push(f.store.indexed_text(seq).await.unwrap().unwrap());
    }
    rewrite(&f, 1, &texts, 1).await;
    assert_eq!((segments().await, indexed(&f, "v1").await), (5, vec![3, 2, 1]));
}

#[tokio::test]
async fn what_rewritten_articles_leave_is_merged_once_none_is_stale_and_a_little_at_a_time() {
    let f = fixture().await;
    let deletemerge = async || {
        let value: Option<i64> =
            sqlx::query_scalar("SELECT v FROM article_index_config WHERE k = 'deletemerge'")
                .fetch_optional(f.store.reader())
                .await
                .unwrap();
        value
    };
    let segments = async || {
        let segments: Vec<i64> = sqlx::query_scalar("SELECT DISTINCT segid FROM article_index_idx")
            .fetch_all(f.store.reader())
            .await
            .unwrap();
        segments.len()
    };
    // More words than go on the pages of one transaction.
    for article in 0..3 {
        let mut write = f.write(&article.to_string(), "Long");
        write.index_text = (0..40_000).map(|word| format!("w{article}x{word} ")).collect();
        f.store.commit_poll(&PollIntent { new: vec![write], ..f.intent(0) }).await.unwrap();
    }
    assert_eq!(deletemerge().await, None);
    assert!(!f.store.merge_index().await.unwrap(), "nothing was rewritten");
    f.store.begin_index(1).await.unwrap();
    assert_eq!(deletemerge().await, Some(0));
    let text = f.store.indexed_text(3).await.unwrap().unwrap();
    rewrite(&f, 1, &[text], 1).await;
    assert_eq!((segments().await, deletemerge().await), (4, Some(0)));
    let mut transactions = 0;
    while f.store.merge_index().await.unwrap() {
        transactions += 1;
        assert_eq!((indexed(&f, "v1").await, indexed(&f, "w1x39999").await), (vec![3], vec![2]));
        assert_eq!(indexed(&f, "w2x39999").await, Vec::<i64>::new());
        assert_eq!(deletemerge().await, Some(0));
        f.store.begin_index(1).await.unwrap();
    }
    assert!(transactions > 2, "{transactions}");
    assert_eq!((segments().await, deletemerge().await), (1, Some(-1)));
    assert_eq!((indexed(&f, "v1").await, indexed(&f, "w0x0").await), (vec![3], vec![1]));
    assert!(!f.store.merge_index().await.unwrap());
}

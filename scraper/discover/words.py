"""The words by which pages of many languages tell what a link or a box is for."""

import re


def _pattern(lines: str) -> re.Pattern[str]:
    """One expression, written on several lines; its blanks are meant."""
    return re.compile("".join(line.strip() for line in lines.splitlines()), re.IGNORECASE)


# What leads to the whole of a text, and what stands beside it: no titles, when they are all that a link says.
MORE = _pattern(
    r"""
    ((read|continue|view|see|show|learn|find|full|open|go)( (the|this|full|whole|more|on|reading|article|story
    |post|entry|out|details?|it|now|here|all|to|of|rest|blog|about))*|more( info\w*| details?| …)?|details?
    |permalink|permanent link|link|source|here|comments?|leave a (comment|reply)|reply|share|tweet|edit|print
    |view all|see all|next|previous|older|newer|home|top|(weiter|mehr)(\s?lesen| erfahren| dazu)?|zum (artikel
    |beitrag)|artikel lesen|lire( la suite| plus| l['’]article)?|(la )?suite( de l['’]article)?|en savoir plus
    |voir plus|leer( más| mas| el artículo)?|seguir leyendo|más|ver más|leggi( tutto| di più)?
    |continua( a leggere)?|ler mais|continue lendo|leia mais|saiba mais|lees (meer|verder)|läs mer|les mer
    |læs mere|číst dál\w*|czytaj (dalej|więcej)|читать( далее| дальше| полностью)?|подробнее|далее|devamını oku
    |tovább|περισσότερα|citește( mai mult)?|(点击)?(阅读|閱讀|查看|继续阅读|繼續閱讀)(全文|更多|原文|详情)?|全文
    |更多|詳しく(見る|読む)?|続き(を読む|を見る)?|もっと(見る|読む)|記事を読む|자세히 ?보기|더 ?보기|계속 읽기
    |اقرأ( المزيد)?|المزيد|תמשיך לקרוא|קרא עוד)[\s.…:»›→>⟶➜\]\[)(]*|[\W\d_]+|\d+\s*(comments?|views?|likes?
    |replies|kommentare?|commentaires?|min( read)?|分钟|条评论)\b.*|\d+:\d\d
    """
)
# What a link to older posts says, and nothing else beside arrows and the number of a page.
OLDER = _pattern(
    r"""
    [\W_]*(next( page| posts| entries| results)?|older( posts| entries| articles| stories| news)?
    |previous (posts|entries|articles)|(load|show|see|view) (more|older)( posts| articles| stories| news
    | entries)?|more (posts|articles|stories|news|entries)|earlier( posts)?|(ältere|nächste|weitere
    |mehr)( (beiträge|artikel|einträge|seite|posts|meldungen))?|(articles?|billets?|entrées?) (plus anciens?
    |précédents?|suivants?)|page suivante|suivant|plus d['’]articles|plus anciens?|(entradas
    |artículos) (antiguas|anteriores|antiguos|más antiguas)|página siguiente|siguientes?|próxim[ao]s?( página)?
    |mais antigos?|(articoli|post) (precedenti|più vecchi)|pagina successiva|successiv[oi]|volgende( pagina)?
    |oudere berichten|nästa( sida)?|äldre inlägg|neste( side)?|næste( side)?|eldre innlegg|seuraava|vanhemmat
    |następn[ay]( strona)?|starsze( wpisy)?|další|starší|следующая|далее|(более )?(ранние|старые)( записи)?
    |下一页|下一頁|下页|更早(的文章)?|较旧的文章|次へ|次のページ|前の記事|過去の記事|古い投稿|다음( 페이지)?
    |이전 글|التالي|الصفحة التالية|مقالات أقدم|הבא|daha eski|sonraki|επόμενη|следваща|următoarea
    |sonraki sayfa)(\s*\d+)?[\W_]*
    """
)
# What boxes are called that hold the newest articles, and those that hold others.
RECENT = _pattern(
    r"""
    \b(recents?|latest|newest|new|neu(este)?|aktuell\w*|letzte|récents?|derniers?|dernières?|recientes?
    |últim[ao]s|ultim[ei]|nuov[ie]|senaste|siste|seneste|nieuwste|laatste|ostatnie|последние|свежие|νέα|son)\b
    |最近|最新|新着|近期|최근|최신|أحدث|אחרונ
    """
)
OTHERS = _pattern(
    r"""
    \b(popular|most[- ]?(read|viewed|shared|commented)|trending|trends|top[- ]?(stories|posts|articles)|related
    |similar|recommend\w*|you[- ](may|might)|sponsor\w*|promoted|advert\w*|partner\w*|beliebt\w*|meistgelesen\w*
    |ähnlich\w*|empfohlen\w*|populaires?|les[- ]plus[- ]lus|similaires?|recommandés?|más[- ](leíd[oa]s
    |vist[oa]s)|relacionad[oa]s|recomendad[oa]s|più[- ]letti|correlati|mais[- ]lidas|populært?|populära|populair
    |popularne|популярн\w*|похожие|рекоменд\w*|comments?)\b|热门|熱門|推荐|推薦|相关|相關|人気|おすすめ|関連
    |ランキング|인기|추천|الأكثر|ذات صلة
    """
)
# What stands on a card that somebody paid for.
SPONSORED = _pattern(
    r"""
    (sponsored|advertisement|advertorial|promoted|anzeige|werbung|publicité|sponsorisé|patrocinado|publicidad
    |реклама|広告|廣告|广告)( (post|content|story|by\b.*))?[.:]?
    """
)

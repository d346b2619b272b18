BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE articles (
	id INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	entry_id TEXT NOT NULL, 
	url TEXT NOT NULL, 
	title TEXT, 
	authors TEXT NOT NULL, 
	tags TEXT NOT NULL, 
	enclosures TEXT NOT NULL, 
	addresses TEXT NOT NULL, 
	provenance TEXT NOT NULL, 
	image TEXT, 
	published DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	said_published DATETIME, 
	said_updated DATETIME, 
	first_seen DATETIME NOT NULL, 
	last_seen DATETIME NOT NULL, 
	language TEXT, 
	summary TEXT, 
	html TEXT NOT NULL, 
	text TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	revision INTEGER NOT NULL, 
	whole TEXT NOT NULL, sketch BLOB, restless INTEGER DEFAULT 0 NOT NULL, seen TEXT, difference TEXT, missing INTEGER DEFAULT 0 NOT NULL, missing_since DATETIME, asked DATETIME, removed DATETIME, archived INTEGER, 
	PRIMARY KEY (id), 
	CONSTRAINT articles_entry UNIQUE (source_id, entry_id), 
	FOREIGN KEY(source_id) REFERENCES sources (id)
);
INSERT INTO "articles" VALUES(1,1,'tag:club.example,2026:66ea3c5247bdb633747d','http://club.example/post/a-storm-is-coming','A storm is coming','[]','[]','[]','["http://club.example/post/a-storm-is-coming"]','[{"confidence": 1.0, "field": "language", "source": "lang"}, {"confidence": 1.0, "field": "title", "source": "heading"}, {"confidence": 0.7, "field": "published", "source": "time"}, {"confidence": 0.93, "field": "text", "source": "learned"}]',NULL,'2026-02-28 12:00:00.000000','2026-03-04 13:00:00.000000','2026-02-28 12:00:00.000000',NULL,'2026-03-01 13:00:00.000003','2026-03-04 13:00:00.000000','en',NULL,'<p>Another sentence about the storm, and not a short one. Another sentence about the storm, and not a short one. Another sentence about the storm, and not a short one. Another sentence about the storm, and not a short one. </p>','Another sentence about the storm, and not a short one. Another sentence about the storm, and not a short one. Another sentence about the storm, and not a short one. Another sentence about the storm, and not a short one.','a56749112a0be340567294bf7151eff5e008798e932f00f76b3378bc1c4df753',2,'b668896522472054dd75209c7e546960',NULL,0,NULL,NULL,0,NULL,NULL,NULL,NULL);
INSERT INTO "articles" VALUES(2,1,'tag:club.example,2026:6a3f7efd50940ce5a623','http://club.example/post/the-ferry-is-late','The ferry is late','[]','[]','[]','["http://club.example/post/the-ferry-is-late"]','[{"confidence": 1.0, "field": "language", "source": "lang"}, {"confidence": 1.0, "field": "title", "source": "heading"}, {"confidence": 0.7, "field": "published", "source": "time"}, {"confidence": 0.96, "field": "text", "source": "learned"}]',NULL,'2026-02-26 12:00:00.000000','2026-02-26 12:00:00.000000','2026-02-26 12:00:00.000000',NULL,'2026-03-01 13:00:00.000002','2026-03-01 13:00:00.000000','en',NULL,'<p>The harbour was quiet, and nobody who was asked could say since when it had been so. The harbour was quiet, and nobody who was asked could say since when it had been so. The harbour was quiet, and nobody who was asked could say since when it had been so. The harbour was quiet, and nobody who was asked could say since when it had been so. </p>','The harbour was quiet, and nobody who was asked could say since when it had been so. The harbour was quiet, and nobody who was asked could say since when it had been so. The harbour was quiet, and nobody who was asked could say since when it had been so. The harbour was quiet, and nobody who was asked could say since when it had been so.','95db6bcec25f3491d1bfadc8f2b68717ac8fff3798396e5d728340604f565892',1,'b32ac3220db6552b012dad690a7437d4',NULL,0,NULL,NULL,0,NULL,NULL,NULL,NULL);
INSERT INTO "articles" VALUES(3,1,'tag:club.example,2026:0013f7de8295d9c8cc9e','http://club.example/post/new-paint-for-the-pier','New paint for the pier','[]','[]','[]','["http://club.example/post/new-paint-for-the-pier"]','[{"confidence": 1.0, "field": "language", "source": "lang"}, {"confidence": 1.0, "field": "title", "source": "heading"}, {"confidence": 0.7, "field": "published", "source": "time"}, {"confidence": 0.96, "field": "text", "source": "learned"}]',NULL,'2026-02-21 12:00:00.000000','2026-02-21 12:00:00.000000','2026-02-21 12:00:00.000000',NULL,'2026-03-01 13:00:00.000001','2026-03-01 13:00:00.000000','en',NULL,'<p>The harbour was quiet, and nobody who was asked could say since when it had been so. The harbour was quiet, and nobody who was asked could say since when it had been so. The harbour was quiet, and nobody who was asked could say since when it had been so. The harbour was quiet, and nobody who was asked could say since when it had been so. </p>','The harbour was quiet, and nobody who was asked could say since when it had been so. The harbour was quiet, and nobody who was asked could say since when it had been so. The harbour was quiet, and nobody who was asked could say since when it had been so. The harbour was quiet, and nobody who was asked could say since when it had been so.','36ef26b5e19f9b93311aa18c291a0684eb4c4d9c2d3323c27827400fbc08c9c8',1,'24c7c0e0ef40c91c7398bb4644b33215',NULL,0,NULL,NULL,0,NULL,NULL,NULL,NULL);
INSERT INTO "articles" VALUES(4,1,'tag:club.example,2026:aac8fc0d122a3ba247ad','http://club.example/post/a-seal','A seal in the harbour','[]','[]','[]','["http://club.example/post/a-seal"]','[{"confidence": 1.0, "field": "language", "source": "lang"}, {"confidence": 1.0, "field": "title", "source": "heading"}, {"confidence": 0.7, "field": "published", "source": "time"}, {"confidence": 0.96, "field": "text", "source": "learned"}]',NULL,'2026-03-04 12:00:00.000000','2026-03-04 12:00:00.000000','2026-03-04 12:00:00.000000',NULL,'2026-03-07 13:00:00.000001','2026-03-07 13:00:00.000000','en',NULL,'<p>A seal sat on the pier and was not to be moved by anybody. A seal sat on the pier and was not to be moved by anybody. A seal sat on the pier and was not to be moved by anybody. </p>','A seal sat on the pier and was not to be moved by anybody. A seal sat on the pier and was not to be moved by anybody. A seal sat on the pier and was not to be moved by anybody.','1ae73b2c6b0b2a8393785432bd6f488d910be886fa4aed9b637352408294540c',1,'4f6afe9ba8c38d4740f43bc672818383',NULL,0,NULL,NULL,0,NULL,NULL,NULL,NULL);
CREATE TABLE events (
	id INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	kind TEXT NOT NULL, 
	said TEXT NOT NULL, 
	told BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(source_id) REFERENCES sources (id)
);
INSERT INTO "events" VALUES(1,1,'2026-03-02 13:00:00.000000','degraded','links found: 3 -> 0 of 3 known',0);
INSERT INTO "events" VALUES(2,1,'2026-03-03 13:00:00.000000','recovered','after 1 day',0);
CREATE TABLE hosts (
	host TEXT NOT NULL, 
	next_at BIGINT, 
	PRIMARY KEY (host)
);
CREATE TABLE intents (
	topic TEXT NOT NULL, 
	callback TEXT NOT NULL, 
	host TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	secret TEXT, 
	seconds INTEGER NOT NULL, 
	due DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	PRIMARY KEY (topic, callback)
);
INSERT INTO "intents" VALUES('https://feeds.example/club.rss','https://reader.example/push?of=rss','reader.example','subscribe',NULL,864000,'2026-03-07 13:05:00.000000',0);
CREATE TABLE kept_pages (
	id INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	requested TEXT NOT NULL, 
	url TEXT NOT NULL, 
	content_type TEXT, 
	kind TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	size INTEGER NOT NULL, 
	packed INTEGER NOT NULL, 
	fetched DATETIME NOT NULL, 
	entry_id TEXT, 
	PRIMARY KEY (id), 
	CONSTRAINT kept_pages_content UNIQUE (source_id, requested, digest), 
	FOREIGN KEY(source_id) REFERENCES sources (id)
);
INSERT INTO "kept_pages" VALUES(1,1,'http://club.example/','http://club.example/','text/html; charset=utf-8','listing','0000000000000000000000000000000000000000000000000000000000000000',1200,300,'2026-03-07 13:00:00.000000',NULL);
CREATE TABLE keys (
	source_id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	article_id INTEGER NOT NULL, "by" TEXT, since DATETIME, 
	PRIMARY KEY (source_id, "key"), 
	FOREIGN KEY(source_id) REFERENCES sources (id), 
	FOREIGN KEY(article_id) REFERENCES articles (id)
);
INSERT INTO "keys" VALUES(1,'club.example/post/a-storm-is-coming',1,NULL,NULL);
INSERT INTO "keys" VALUES(1,'club.example/post/the-ferry-is-late',2,NULL,NULL);
INSERT INTO "keys" VALUES(1,'club.example/post/new-paint-for-the-pier',3,NULL,NULL);
INSERT INTO "keys" VALUES(1,'club.example/post/a-seal',4,NULL,NULL);
CREATE TABLE merged (
	name TEXT NOT NULL, 
	feed_id TEXT NOT NULL, 
	parts TEXT NOT NULL, 
	given_up DATETIME, 
	PRIMARY KEY (name)
);
CREATE TABLE pages (
	source_id INTEGER NOT NULL, 
	url TEXT NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	first_seen DATETIME NOT NULL, 
	looked DATETIME NOT NULL, 
	"full" DATETIME NOT NULL, 
	PRIMARY KEY (source_id, url), 
	FOREIGN KEY(source_id) REFERENCES sources (id)
);
INSERT INTO "pages" VALUES(1,'http://club.example/post/a-storm-is-coming','"74e9a54f343dd75f"',NULL,'2026-03-01 13:00:00.000000','2026-03-07 13:00:00.000000','2026-03-04 13:00:00.000000');
INSERT INTO "pages" VALUES(1,'http://club.example/post/the-ferry-is-late','"c79b3380b51d288e"',NULL,'2026-03-01 13:00:00.000000','2026-03-07 13:00:00.000000','2026-03-01 13:00:00.000000');
INSERT INTO "pages" VALUES(1,'http://club.example/post/new-paint-for-the-pier','"51b6e31886df0a02"',NULL,'2026-03-01 13:00:00.000000','2026-03-07 13:00:00.000000','2026-03-01 13:00:00.000000');
INSERT INTO "pages" VALUES(1,'http://club.example/post/w%C3%B6rter',NULL,NULL,'2026-03-01 13:00:00.000000','2026-03-07 13:00:00.000000','2026-03-01 13:00:00.000000');
INSERT INTO "pages" VALUES(1,'http://club.example/post/a-seal','"4a834ac6185221d8"',NULL,'2026-03-07 13:00:00.000000','2026-03-07 13:00:00.000000','2026-03-07 13:00:00.000000');
CREATE TABLE pings (
	hub TEXT NOT NULL, 
	topic TEXT NOT NULL, 
	due DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	PRIMARY KEY (hub, topic)
);
CREATE TABLE revisions (
	article_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	title TEXT, 
	text TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (article_id, number), 
	FOREIGN KEY(article_id) REFERENCES articles (id)
);
INSERT INTO "revisions" VALUES(1,1,'A storm is coming','The harbour was quiet.','2026-03-01 13:00:00.000000');
CREATE TABLE robots (
	origin TEXT NOT NULL, 
	text TEXT, 
	until DATETIME NOT NULL, 
	asked_until BIGINT, 
	PRIMARY KEY (origin)
);
CREATE TABLE runs (
	id INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	started DATETIME NOT NULL, 
	outcome TEXT NOT NULL, 
	new INTEGER NOT NULL, 
	changed INTEGER NOT NULL, 
	error TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(source_id) REFERENCES sources (id)
);
INSERT INTO "runs" VALUES(1,1,'2026-03-01 13:00:00.000000','ok',3,0,NULL);
INSERT INTO "runs" VALUES(2,1,'2026-03-04 13:00:00.000000','ok',0,1,NULL);
INSERT INTO "runs" VALUES(3,1,'2026-03-07 13:00:00.000000','ok',1,0,NULL);
CREATE TABLE slugs (
	name TEXT NOT NULL, 
	source_id INTEGER NOT NULL, 
	given_up DATETIME, 
	PRIMARY KEY (name), 
	FOREIGN KEY(source_id) REFERENCES sources (id)
);
INSERT INTO "slugs" VALUES('club',1,NULL);
INSERT INTO "slugs" VALUES('society',1,'2026-03-07 13:05:00.000000');
CREATE TABLE sources (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	url TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	feed_id TEXT NOT NULL, 
	rules TEXT NOT NULL, 
	title TEXT, 
	language TEXT, 
	etag TEXT, 
	last_modified TEXT, 
	listing_full DATETIME, 
	moved_to TEXT, 
	moved_count INTEGER DEFAULT 0 NOT NULL, 
	moved_since DATETIME, 
	gone BOOLEAN DEFAULT 0 NOT NULL, 
	active BOOLEAN NOT NULL, 
	paused BOOLEAN NOT NULL, 
	next_due DATETIME, 
	lease_until DATETIME, 
	lease_token INTEGER DEFAULT 0 NOT NULL, 
	changed DATETIME, 
	version INTEGER DEFAULT 0 NOT NULL, 
	published_version INTEGER DEFAULT 0 NOT NULL, 
	failures INTEGER DEFAULT 0 NOT NULL, 
	last_try DATETIME, 
	last_ok DATETIME, 
	last_error TEXT, 
	created DATETIME NOT NULL, asked_until DATETIME, baseline TEXT, hold TEXT, place TEXT, requests INTEGER DEFAULT 0 NOT NULL, requests_day TEXT, rested BOOLEAN DEFAULT 0 NOT NULL, accepts BOOLEAN DEFAULT 0 NOT NULL, ttl INTEGER DEFAULT 0 NOT NULL, lease_holder TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (feed_id)
);
INSERT INTO "sources" VALUES(1,'club','http://club.example/','club.example','tag:club.example,2026:cd6d9a0afc9e7900601e','4c9dc19d4eeaeb18','Harbour News','en',NULL,NULL,'2026-03-07 13:00:00.000000',NULL,0,NULL,0,1,0,'2026-03-07 13:30:00.000000',NULL,3,'2026-03-07 13:00:00.000000',5,3,0,'2026-03-07 13:00:00.000000','2026-03-07 13:00:00.000000',NULL,'2026-03-01 13:00:00.000000',NULL,NULL,NULL,NULL,0,NULL,0,0,0,NULL);
CREATE TABLE subscriptions (
	topic TEXT NOT NULL, 
	callback TEXT NOT NULL, 
	host TEXT NOT NULL, 
	secret TEXT, 
	until DATETIME NOT NULL, 
	due DATETIME, 
	attempts INTEGER NOT NULL, 
	PRIMARY KEY (topic, callback)
);
INSERT INTO "subscriptions" VALUES('https://feeds.example/club.atom','https://reader.example/push?of=club','reader.example','a secret','2026-03-17 13:05:00.000000',NULL,0);
CREATE TABLE templates (
	site TEXT NOT NULL, 
	memory TEXT NOT NULL, 
	PRIMARY KEY (site)
);
INSERT INTO "templates" VALUES('club.example','{"held": "3 0 3", "marks": "fb7f08c88cfaf47f 43b1a49926e2fc10 fb7f08c800000000 6d167a309f966c29 6d167a3000000000 616dd4888cfaf47f 616dd48800000000 5ecfdeea9f966c29 5ecfdeea00000000", "pages": "818d140a 25e21faa", "paths": "8cfaf47f 26e2fc10 9f966c29", "seen": "3 3 3", "stood": "2 3 2 2 2 1 1 1 1"}');
CREATE INDEX sources_due ON sources (next_due);
CREATE UNIQUE INDEX sources_active_name ON sources (name) WHERE active;
CREATE INDEX articles_newest ON articles (source_id, published DESC);
CREATE INDEX keys_article ON keys (article_id);
CREATE INDEX runs_source ON runs (source_id, id);
CREATE INDEX articles_sketch ON articles (source_id, sketch);
CREATE INDEX articles_archived ON articles (source_id, archived);
CREATE INDEX intents_due ON intents (due);
CREATE INDEX subscriptions_due ON subscriptions (due);
CREATE INDEX events_source ON events (source_id, id);
COMMIT;

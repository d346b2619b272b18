// What the readers of the JavaScript world make of a feed: prints {reader: [[id, title], …]} for the address given.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [, , modules, url, file] = process.argv;
const load = async (name) => {
  const found = createRequire(modules + "/").resolve(name);
  return await import(found);
};
const bytes = readFileSync(file, "utf8");
const Parser = (await load("rss-parser")).default;
const { parseFeed } = await load("feedsmith");
const { extract } = await load("@extractus/feed-extractor");

const told = {};
if (!url.endsWith(".json")) {
  const parsed = await new Parser().parseURL(url);
  told["rss-parser"] = parsed.items.map((item) => [item.id ?? item.guid, item.title]);
}
const { format, feed } = parseFeed(bytes);
const text = (value) => (typeof value === "string" ? value : value?.value);
told["feedsmith"] = (feed.entries ?? feed.items).map((item) => [item.id ?? text(item.guid), text(item.title)]);
told["format"] = format;
const extracted = await extract(url, { getExtraEntryFields: (entry) => ({ own: entry.id ?? entry.guid }) });
told["extractus"] = extracted.entries.map((entry) => [text(entry.own["#text"] ?? entry.own) ?? entry.id, entry.title]);
console.log(JSON.stringify(told));

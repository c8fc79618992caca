// Tokenizes texts with VS Code's own engine: standard input {grammars: {scope: path}, texts: {name: [scope, text]}},
// standard output {name: [[line, start, end, scopes], ...]}. Arguments: the folders of vscode-textmate and -oniguruma.
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";

const require = createRequire(import.meta.url);
const [textmate, oniguruma] = process.argv.slice(2);
const vsctm = require(path.join(textmate, "release/main.js"));
const onig = require(path.join(oniguruma, "release/main.js"));
const { grammars, texts } = JSON.parse(fs.readFileSync(0, "utf8"));

await onig.loadWASM(fs.readFileSync(path.join(oniguruma, "release/onig.wasm")).buffer);
const registry = new vsctm.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new onig.OnigScanner(patterns),
    createOnigString: (text) => new onig.OnigString(text),
  }),
  loadGrammar: async (scope) =>
    grammars[scope] ? vsctm.parseRawGrammar(fs.readFileSync(grammars[scope], "utf8"), grammars[scope]) : null,
  getInjections: (scope) => (scope === "text.html.markdown" ? ["markdown.guidekb.codeblock"] : []),
});

const found = {};
for (const [name, [scope, text]] of Object.entries(texts)) {
  const grammar = await registry.loadGrammar(scope);
  let stack = vsctm.INITIAL;
  found[name] = [];
  text.split("\n").forEach((line, number) => {
    const done = grammar.tokenizeLine(line, stack);
    stack = done.ruleStack;
    for (const t of done.tokens) found[name].push([number, t.startIndex, t.endIndex, t.scopes]);
  });
}
process.stdout.write(JSON.stringify(found));

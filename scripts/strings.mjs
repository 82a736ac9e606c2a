// Prints every string of the front end that is translated, as JSON: [[singular, plural or null], …].
// It asks the TypeScript compiler, so that no way to write a call escapes it.
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const SOURCES = new URL('../labextension/src/', import.meta.url);
const CALLS = { __: 1, _n: 2 };

function literal(node, file) {
  if (node === undefined || !ts.isStringLiteralLike(node)) {
    throw new Error(`${file}: a string to translate is not a literal`);
  }
  return node.text;
}

const found = new Map();
for (const file of readdirSync(SOURCES).sort()) {
  const source = ts.createSourceFile(
    file,
    readFileSync(new URL(file, SOURCES), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
    file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  );
  const visit = node => {
    if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      Object.hasOwn(CALLS, node.expression.name.text)
    ) {
      const texts = node.arguments
        .slice(0, CALLS[node.expression.name.text])
        .map(argument => literal(argument, file));
      found.set(texts[0], texts[1] ?? found.get(texts[0]) ?? null);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}
console.log(JSON.stringify([...found].sort()));

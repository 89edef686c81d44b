// Runs under node with npm's `typescript`: lists the declarations of a project, then answers renames as JSON lines.
// Usage: node ts_side.mjs <folder with node_modules> <project root>
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";

const [tools, root] = process.argv.slice(2);
const ts = createRequire(path.join(tools, "x.js"))("typescript");

const skipped = new Set(["node_modules", ".git", "dist", "lib", "build"]);
function walk(folder, found) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) walk(full, found);
    } else if (/\.(ts|tsx|mts|cts)$/.test(entry.name) && !/\.d\.(ts|mts|cts)$/.test(entry.name)) {
      found.push(full);
    }
  }
  return found;
}

const files = walk(root, []).sort();
const options = {
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  jsx: ts.JsxEmit.Preserve,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
};
const host = {
  getScriptFileNames: () => files,
  getScriptVersion: () => "1",
  getScriptSnapshot: (name) =>
    fs.existsSync(name) ? ts.ScriptSnapshot.fromString(fs.readFileSync(name, "utf8")) : undefined,
  getCurrentDirectory: () => root,
  getCompilationSettings: () => options,
  getDefaultLibFileName: (o) => ts.getDefaultLibFilePath(o),
  fileExists: ts.sys.fileExists,
  readFile: ts.sys.readFile,
  readDirectory: ts.sys.readDirectory,
  directoryExists: ts.sys.directoryExists,
  getDirectories: ts.sys.getDirectories,
};
const service = ts.createLanguageService(host, ts.createDocumentRegistry());
const relative = (name) => path.relative(root, name).split(path.sep).join("/");
const inside = (name) => !relative(name).startsWith("..") && !relative(name).includes("node_modules");

function kindOf(node) {
  const parent = node.parent;
  if (parent.name !== node) return null;
  if (ts.isFunctionDeclaration(parent)) return "function";
  if (ts.isClassDeclaration(parent)) return "class";
  if (ts.isInterfaceDeclaration(parent) || ts.isTypeAliasDeclaration(parent) || ts.isEnumDeclaration(parent)) return "type";
  if (ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent)) return "method";
  if (ts.isPropertyDeclaration(parent) || ts.isPropertySignature(parent) || ts.isGetAccessor(parent)) return "property";
  if (ts.isParameter(parent)) return ts.isParameterPropertyDeclaration(parent, parent.parent) ? "property" : "parameter";
  if (ts.isVariableDeclaration(parent)) {
    const list = parent.parent;
    return ts.isVariableDeclarationList(list) && ts.isSourceFile(list.parent.parent) ? "variable" : "local";
  }
  return null;
}

function declarations() {
  const found = [];
  const program = service.getProgram();
  for (const file of files) {
    const source = program.getSourceFile(file);
    const visit = (node) => {
      if (ts.isIdentifier(node)) {
        const kind = kindOf(node);
        if (kind) found.push([relative(file), node.getStart(source), node.text, kind]);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

// A rename in the editor's sense: through imports and re-exports; a shorthand `{ a }` is written out as `{ a: b }`.
function locations(file, offset) {
  const plain = service.findRenameLocations(file, offset, false, false, { providePrefixAndSuffixTextForRename: false });
  const aliased = service.findRenameLocations(file, offset, false, false, { providePrefixAndSuffixTextForRename: true });
  const short = (aliased ?? []).some((one) => (one.prefixText ?? one.suffixText ?? "").includes(":"));
  return short ? aliased : plain;
}

console.log(JSON.stringify(declarations()));
for await (const line of readline.createInterface({ input: process.stdin })) {
  const [name, offset] = JSON.parse(line);
  const file = path.join(root, name);
  const began = performance.now();
  service.findRenameLocations(file, offset, false, false, { providePrefixAndSuffixTextForRename: false });
  const ms = performance.now() - began;
  const found = (locations(file, offset) ?? []).filter((one) => inside(one.fileName));
  console.log(
    JSON.stringify({ ms, places: found.map((one) => [relative(one.fileName), one.textSpan.start, one.textSpan.length]) }),
  );
}

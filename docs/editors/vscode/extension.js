// Starts `guidekb lsp` for the files of a knowledge base; everything else is the language server's work.
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = () => {
  const [command, ...args] = workspace.getConfiguration("guidekb").get("command");
  client = new LanguageClient(
    "guidekb",
    "guidekb",
    { command, args },
    {
      documentSelector: [
        { scheme: "file", language: "markdown" },
        { scheme: "file", language: "guidekb" },
        { scheme: "file", language: "yaml", pattern: "**/cases/**" },
      ],
      synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.{md,dl,yaml,yml,json}") },
    }
  );
  return client.start();
};

exports.deactivate = () => client && client.stop();

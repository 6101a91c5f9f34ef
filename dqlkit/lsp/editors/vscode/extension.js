// Starts `dqlkit lsp` and hands it the files that may hold queries.

const { workspace, commands, window } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const QUERIES = ["dql", "adql"];
const HOSTS = ["json", "jsonc", "yaml", "markdown", "terraform", "jupyter"];

let client;

async function start() {
  const settings = workspace.getConfiguration("dqlkit");
  const [command, ...args] = settings.get("command");
  const languages = settings.get("hosts") ? [...QUERIES, ...HOSTS] : QUERIES;
  client = new LanguageClient(
    "dqlkit",
    "dqlkit",
    { command, args },
    {
      documentSelector: languages.map((language) => ({ language })),
      initializationOptions: { tables: settings.get("tables") },
      synchronize: {
        configurationSection: "dqlkit",
        fileEvents: workspace.createFileSystemWatcher("**/{.dqlkit.toml,dqlkit.toml,pyproject.toml}"),
      },
    },
  );
  try {
    await client.start();
  } catch (problem) {
    client = undefined;
    window.showErrorMessage(
      `dqlkit: \`${[command, ...args].join(" ")}\` does not start (${problem.message ?? problem}). ` +
        "Install it with `pip install 'dqlkit[lsp]'`, or set `dqlkit.command`.",
    );
  }
}

async function restart() {
  await client?.stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    commands.registerCommand("dqlkit.restart", restart),
    workspace.onDidChangeConfiguration((change) => {
      if (["command", "hosts"].some((name) => change.affectsConfiguration(`dqlkit.${name}`))) restart();
    }),
  );
  await start();
}

async function deactivate() {
  await client?.stop();
}

module.exports = { activate, deactivate };

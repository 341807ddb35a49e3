using System.CommandLine;
using RecordsGuard.Cli;

var root = new RootCommand("The records custodian's and auditor's tool. What works offline needs no account.")
{
    EnvelopeCommand.Create(),
    ExportCommand.Create(),
    KeysCommand.Create(),
};
return await root.Parse(args).InvokeAsync();

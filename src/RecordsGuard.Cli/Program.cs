using System.CommandLine;
using RecordsGuard.Cli;

var root = new RootCommand("The records custodian's and auditor's tool. What works offline needs no account.")
{
    AlertsCommand.Create(),
    AuditCommand.Create(),
    BackupCommand.Create(),
    CertificateCommand.Create(),
    EnvelopeCommand.Create(),
    ExportCommand.Create(),
    ExposureCommand.Create(),
    KeysCommand.Create(),
    NoticeCommand.Create(),
    PackageCommand.Create(),
    PolicyCommand.Create(),
    ReportCommand.Create(),
    RetentionCommand.Create(),
};
var parsed = root.Parse(args);
var code = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? 2 : code;

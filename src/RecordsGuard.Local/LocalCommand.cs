using System.CommandLine;
using System.Globalization;

namespace RecordsGuard.Local;

/// <summary>The command line of RecordsGuard.Local.</summary>
internal static class LocalCommand
{
    public static RootCommand Create(Func<LocalOptions, CancellationToken, Task<int>> run)
    {
        var defaults = new LocalOptions();
        var port = new Option<int>("--port")
        {
            Description = "The first of eight ports in a row on 127.0.0.1; 0 takes free ones.",
            DefaultValueFactory = _ => defaults.Port,
        };
        port.Validators.Add(r =>
        {
            if (r.Tokens.Count == 1 && r.GetValueOrDefault<int>() is < 0 or > 65528)
            {
                r.AddError("--port takes a number from 0 to 65528.");
            }
        });
        var data = new Option<DirectoryInfo>("--data")
        {
            Description = "The folder for everything that lasts.",
            DefaultValueFactory = _ => defaults.Data,
        };
        var clock = new Option<string?>("--clock")
        {
            Description = "A date (2031-05-01) at which the app's clock starts.",
            HelpName = "date",
        };
        clock.Validators.Add(r =>
        {
            if (r.Tokens is [{ Value: var text }]
                && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _))
            {
                r.AddError("--clock takes a date such as 2031-05-01.");
            }
        });
        var demo = new Option<bool>("--demo") { Description = "Fill an empty store with a practice to look around in." };
        var services = new Option<bool>("--services-only")
        {
            Description = "Storage, vault and sign-in without the app, and a local.settings.json for `func start`.",
        };
        var rights = new Option<FileInfo?>("--rights")
        {
            Description = "A file that says which identity may do what (JSON); without it each may do everything.",
            HelpName = "file",
        };
        var separate = new Option<bool>("--separate-duties")
        {
            Description = "One app for each duty, under an identity of its own, behind one address.",
        };
        var app = new Option<DirectoryInfo>("--app")
        {
            Description = "The function app's folder.",
            DefaultValueFactory = _ => defaults.App,
        };

        var command = new RootCommand("Runs RecordsGuard on this machine, with all that Azure would provide.")
        {
            port, data, clock, demo, services, rights, separate, app,
        };
        command.Validators.Add(r =>
        {
            if (r.GetValue(services) && r.GetValue(separate))
            {
                r.AddError("--services-only starts no app, so there is nothing to separate.");
            }
        });
        command.SetAction((parsed, cancel) => run(
            new LocalOptions
            {
                Port = parsed.GetValue(port),
                Data = parsed.GetValue(data)!,
                Clock = parsed.GetValue(clock),
                Demo = parsed.GetValue(demo),
                ServicesOnly = parsed.GetValue(services),
                Rights = parsed.GetValue(rights),
                SeparateDuties = parsed.GetValue(separate),
                App = parsed.GetValue(app)!,
            },
            cancel));
        return command;
    }
}

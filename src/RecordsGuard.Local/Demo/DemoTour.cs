using Spectre.Console;

namespace RecordsGuard.Local.Demo;

/// <summary>What there is to try once the demo practice is filled.</summary>
internal static class DemoTour
{
    public static void Show(IAnsiConsole console, Uri host, DemoFilled filled)
    {
        var table = new Table { Border = TableBorder.None };
        table.AddColumn("Chart");
        table.AddColumn("Assigned");
        table.AddColumn("Now");
        table.AddColumn("What it shows");
        foreach (var line in filled.Lines)
        {
            table.AddRow(
                new Text(line.Chart.Number), new Text(line.Chart.Clinician), new Text(Words(line.State)), new Text(line.Chart.Shows));
        }

        console.WriteLine();
        console.WriteLine($"The practice demo has {filled.Lines.Count} clients; they and their files are invented.");
        console.WriteLine();
        console.Write(new Padder(table, new(2, 0, 0, 0)));
        console.WriteLine();
        console.WriteLine("To try, in another terminal:");
        console.WriteLine();

        // Not through the console: it would break the lines, and they are there to be copied.
        foreach (var line in Commands(host, filled))
        {
            console.Profile.Out.Writer.WriteLine($"  {line}".TrimEnd());
        }
    }

    internal static IEnumerable<string> Commands(Uri host, DemoFilled filled)
    {
        var root = host.ToString().TrimEnd('/');
        yield return $$"""acting() { curl -s -H "Authorization: Bearer $(curl -s "{{root}}/.local/token?person=$1")" "${@:2}"; echo; }""";
        yield return $"demo={root}/api/practices/demo";
        if (filled is { Record: { } record, Lines: [.., var last] })
        {
            var other = filled.Lines.First(l => l.Chart.Clinician != last.Chart.Clinician).Chart.Clinician;
            var read = $"-H 'Purpose-Of-Use: TREAT' $demo/clients/{last.Client}/records/{record}/content";
            yield return "";
            yield return $"# {last.Chart.Clinician} reads a note of {last.Chart.Number}; {other} is refused, and security-1 has the alert";
            yield return $"acting {last.Chart.Clinician} {read}";
            yield return $"acting {other} {read}";
            yield return $"acting security-1 {root}/api/alerts";
        }

        if (filled.Lines is [var first, ..])
        {
            yield return "";
            yield return $"# {first.Chart.Clinician} lists clients of their own, and the files of {first.Chart.Number}";
            yield return $"acting {first.Chart.Clinician} $demo/clients";
            yield return $"acting {first.Chart.Clinician} $demo/clients/{first.Client}/records";
        }

        yield return "";
        yield return "# custodian-1 sees what is due and what is held";
        yield return "acting custodian-1 $demo/dispositions";
        if (filled.Lines.FirstOrDefault(l => l.State == DemoState.Due) is { } due)
        {
            yield return $"# approves {due.Chart.Number}: within seconds its records are destroyed, and the list is shorter";
            yield return $$"""acting custodian-1 -d '{"clients":["{{due.Client}}"]}' $demo/dispositions/approve""";
        }

        if (filled.Lines.FirstOrDefault(l => l.State == DemoState.Held) is { } held)
        {
            yield return $"# tries the same with {held.Chart.Number}: the hold keeps it";
            yield return $$"""acting custodian-1 -d '{"clients":["{{held.Client}}"]}' $demo/dispositions/approve""";
        }
    }

    private static string Words(DemoState state) => state switch
    {
        DemoState.Due => "due",
        DemoState.Held => "held",
        DemoState.Approved => "approved",
        _ => "kept",
    };
}

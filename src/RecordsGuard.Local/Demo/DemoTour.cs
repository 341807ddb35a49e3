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
                new Text(line.Chart.Number), new Text(line.Chart.Clinician), new Text(Words(line)), new Text(line.Chart.Shows));
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

    /// <summary>Lines for a shell, with the two names that README uses too.</summary>
    internal static IEnumerable<string> Commands(Uri host, DemoFilled filled)
    {
        yield return $"B={host.ToString().TrimEnd('/')}; A=$B/api/practices/demo";
        yield return """as() { echo "Authorization: Bearer $(curl -s "$B/.local/token?person=$1")"; }""";
        if (filled is { Record: { } record, Lines: [var first, .., var last] })
        {
            var other = filled.Lines.First(l => l.Chart.Clinician != last.Chart.Clinician).Chart.Clinician;
            var read = $"-H 'Purpose-Of-Use: TREAT' $A/clients/{last.Client}/records/{record}/content";
            yield return "";
            yield return $"# {last.Chart.Clinician} reads a note of {last.Chart.Number}; {other} is refused, and security-1 has the alert";
            yield return Curl(last.Chart.Clinician, read);
            yield return Curl(other, read);
            yield return Curl("security-1", "$B/api/alerts");
            yield return "";
            yield return $"# {first.Chart.Clinician} lists clients of their own, and the files of {first.Chart.Number}";
            yield return Curl(first.Chart.Clinician, "$A/clients");
            yield return Curl(first.Chart.Clinician, $"$A/clients/{first.Client}/records");
        }

        yield return "";
        yield return "# custodian-1 sees what is due and what is held";
        yield return Curl("custodian-1", "$A/dispositions");
        if (filled.Lines.FirstOrDefault(l => l.State == DemoState.Due) is { } due)
        {
            yield return $"# and approves {due.Chart.Number}: within seconds its records are destroyed, and the list is shorter";
            yield return Approve(due);
        }

        if (filled.Lines.FirstOrDefault(l => l.State == DemoState.Held) is { } held)
        {
            yield return $"# and tries the same with {held.Chart.Number}: the hold keeps it";
            yield return Approve(held);
        }
    }

    private static string Approve(DemoLine line) =>
        Curl("custodian-1", $$"""$A/dispositions/approve -d '{"clients":["{{line.Client}}"]}'""");

    private static string Curl(string person, string what) => $"""curl -s -H "$(as {person})" {what}""";

    private static string Words(DemoLine line) => line.State switch
    {
        DemoState.Due => "due",
        DemoState.Held => "held",
        DemoState.Approved => "approved",
        _ => line.Chart.Standing == DemoStanding.Kept ? "kept" : "no longer due",
    };
}

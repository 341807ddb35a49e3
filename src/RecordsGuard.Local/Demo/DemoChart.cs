namespace RecordsGuard.Local.Demo;

/// <summary>An invented client with their files, as the front desk would take them in.</summary>
/// <param name="Number">The chart number, by which a later start finds the client again.</param>
/// <param name="Clinician">The one clinician assigned.</param>
/// <param name="Standing">What retention makes of the chart on the day it is filled.</param>
/// <param name="Shows">What there is to see in it, for the person at the terminal.</param>
internal sealed record DemoChart(
    string Number, string Name, DateOnly Born, string Jurisdiction, string Profession, string Clinician, DateOnly LastService,
    DemoStanding Standing, string Shows, IReadOnlyList<DemoFile> Files);

internal enum DemoStanding
{
    Kept,

    /// <summary>May be destroyed from today or earlier, once a custodian approves.</summary>
    Due,

    /// <summary>Would be due, and a legal hold keeps it.</summary>
    Held,
}

/// <param name="Name">The file name, in the client's script.</param>
/// <param name="Class">The record class.</param>
/// <param name="Content">Makes the file; the caller disposes it.</param>
internal sealed record DemoFile(string Name, string Class, string ContentType, Func<Stream> Content)
{
    public static DemoFile Pdf(string name, string recordClass, Func<Stream> content) => new(name, recordClass, "application/pdf", content);

    public static DemoFile Png(string name, string recordClass, Func<Stream> content) => new(name, recordClass, "image/png", content);

    public static DemoFile Wav(string name, int seconds) => new(name, "recording", "audio/wav", () => WavRecording.Write(seconds));

    public static DemoFile Word(string name, WordDocument document) => new(
        name, "client-record", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", document.ToFile);

    public static DemoFile Text(string name, string recordClass, string text) =>
        new(name, recordClass, "text/plain", () => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)));
}

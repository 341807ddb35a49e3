using System.CommandLine;
using System.Net;
using System.Text;
using System.Text.Json;
using RecordsGuard.Audit.Verifying;

namespace RecordsGuard.Cli;

/// <summary>The log that <c>--log</c> names: at an address, or in a folder.</summary>
internal sealed class LogAt : IDisposable
{
    private readonly Service? service;

    private LogAt(PublishedLog log, Service? service) => (Log, this.service) = (log, service);

    public PublishedLog Log { get; }

    /// <summary>Whether the tables can be asked for too.</summary>
    public bool HasTables => service is not null;

    /// <exception cref="ServiceException">An address that a token must not be sent to.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static LogAt Open(ParseResult parsed)
    {
        var text = parsed.GetValue(AuditCommand.Log)!;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            var service = Service.At(new($"{text.TrimEnd('/')}/"), Service.TokenOf(parsed));
            return new(new(cancel => ReadAsync(service, "checkpoint", cancel), (tile, cancel) => ReadAsync(service, tile.Path, cancel)), service);
        }

        return Directory.Exists(text)
            ? new(new LogFolder(text).Log, null)
            : throw new DirectoryNotFoundException($"{text} is no address and no folder.");
    }

    /// <summary>The rows of all practices whose auditor the caller is.</summary>
    /// <exception cref="ServiceException">The app did not answer, or not whole.</exception>
    public async Task<RowList> RowsAsync(CancellationToken cancel)
    {
        using var answer = await service!.SendAsync(HttpMethod.Get, "../rows", cancel);
        using var text = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel), Encoding.UTF8);
        try
        {
            return await RowList.ReadAsync(text, cancel);
        }
        catch (FormatException e)
        {
            throw new ServiceException(null, $"The rows did not arrive whole: {e.Message}", e);
        }
    }

    /// <summary>Who somebody is to the log, at each practice of the caller's.</summary>
    /// <exception cref="ServiceException">Nobody of that name, or no answer.</exception>
    public async Task<IReadOnlyList<FoundPerson>> PeopleAsync(string person, CancellationToken cancel)
    {
        var json = await service!.JsonAsync(HttpMethod.Get, $"../people/{Uri.EscapeDataString(person)}", cancel);
        return JsonSerializer.Deserialize(json, ExposureJson.Default.FoundPeople)?.People ?? [];
    }

    public void Dispose() => service?.Dispose();

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(Service service, string path, CancellationToken cancel)
    {
        try
        {
            using var answer = await service.SendAsync(HttpMethod.Get, path, cancel);
            return await answer.Content.ReadAsByteArrayAsync(cancel);
        }
        catch (ServiceException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}

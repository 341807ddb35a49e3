using System.Text.Json;
using System.Text.Json.Serialization;

namespace RecordsGuard.Local.Host;

/// <summary>When a timer ran last and when it is to run next, kept across restarts: how missed ticks are noticed.</summary>
internal sealed record TimerStatus(DateTimeOffset Last, DateTimeOffset Next, DateTimeOffset LastUpdated);

/// <summary>One file for each timer.</summary>
internal sealed class TimerStatusFile(string folder, string function)
{
    private readonly string path = Path.Combine(folder, $"{function}.json");

    public TimerStatus? Read()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), TimerStatusJson.Default.TimerStatus) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whole or not at all: a crash leaves the old status.</summary>
    public void Write(TimerStatus status)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(status, TimerStatusJson.Default.TimerStatus));
        File.Move(path + ".new", path, overwrite: true);
    }
}

[JsonSerializable(typeof(TimerStatus))]
internal sealed partial class TimerStatusJson : JsonSerializerContext;

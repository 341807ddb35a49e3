using System.Text;
using RecordsGuard.Alerts.ResourceLogs;

namespace RecordsGuard.Alerts.Detections;

/// <summary>Whose log an entry is from.</summary>
internal enum LogPlane
{
    /// <summary>Nobody's that concerns us.</summary>
    Other,
    Storage,
    Vault,

    /// <summary>The Activity log: what was done to resources, not to what is in them.</summary>
    Control,
}

internal enum LogOutcome
{
    /// <summary>It came to be, or nobody says that it did not.</summary>
    Done,
    Refused,

    /// <summary>Of the Activity log: how it ended stands in another entry.</summary>
    Begun,
}

/// <summary>How an entry of whatever shape is understood. What it does not say is taken for the worse.</summary>
internal static class Touch
{
    public static LogPlane Plane(LogEntry entry)
    {
        if (entry[LogField.Operation].Contains((byte)'/'))
        {
            return LogPlane.Control;
        }

        var category = entry[LogField.Category];
        var resource = entry[LogField.ResourceId];
        if (Is(category, "StorageRead"u8) || Is(category, "StorageWrite"u8) || Is(category, "StorageDelete"u8))
        {
            return LogPlane.Storage;
        }

        if (Is(category, "AuditEvent"u8))
        {
            // Other services have a category of that name too.
            return Provider(resource) is { IsEmpty: false } provider && !Is(provider, "microsoft.keyvault"u8) ? LogPlane.Other : LogPlane.Vault;
        }

        return !category.IsEmpty ? LogPlane.Other
            : Is(Provider(resource), "microsoft.storage"u8) ? LogPlane.Storage
            : Is(Provider(resource), "microsoft.keyvault"u8) ? LogPlane.Vault
            : LogPlane.Other;
    }

    /// <summary>Of storage and vault. Key Vault's resultType says Success also of a refusal, so it is never asked.</summary>
    public static LogOutcome Outcome(LogEntry entry)
    {
        if (entry.Status is { } status)
        {
            return status < 300 ? LogOutcome.Done : LogOutcome.Refused;
        }

        var says = entry.Has(LogField.StatusText) ? entry[LogField.StatusText]
            : entry.Has(LogField.ResponseType) ? entry[LogField.ResponseType]
            : entry[LogField.ResultSignature];
        return SaysNo(says) ? LogOutcome.Refused : LogOutcome.Done;
    }

    /// <summary>Of the Activity log.</summary>
    public static LogOutcome ChangeOutcome(LogEntry entry)
    {
        var result = entry[LogField.ResultType];
        return StartsWith(result, "Fail"u8) || StartsWith(result, "Cancel"u8) || SaysNo(entry[LogField.ResultSignature])
            ? LogOutcome.Refused
            : StartsWith(result, "Start"u8) || StartsWith(result, "Accept"u8) ? LogOutcome.Begun : LogOutcome.Done;
    }

    /// <summary>The object id is the reliable name; a key or a signature names nobody.</summary>
    public static string Principal(LogEntry entry) =>
        entry.Text(LogField.ObjectId) ?? entry.Text(LogField.Upn) ?? entry.Text(LogField.Caller) ?? entry.Text(LogField.AppId)
        ?? entry.Text(LogField.TokenHash)
        ?? (Is(entry[LogField.IdentityType], "Anonymous"u8) ? "anonymous" : entry.Text(LogField.IdentityType) ?? "unknown");

    /// <summary>What was touched, as <see cref="LogAlert.Object"/> has it; empty if the entry does not say.</summary>
    /// <param name="room">Where it is put together, if it does not stand in the entry in one piece.</param>
    public static ReadOnlySpan<byte> Object(LogEntry entry, LogPlane plane, Span<byte> room) => plane switch
    {
        LogPlane.Storage when entry.Has(LogField.ObjectKey) => Path(entry[LogField.ObjectKey], room),
        LogPlane.Storage when entry.Has(LogField.Uri) => Path(entry[LogField.Uri], room),
        LogPlane.Storage when entry.Has(LogField.Account) => entry[LogField.Account],
        LogPlane.Vault when entry.Has(LogField.KeyId) => Path(entry[LogField.KeyId], room),
        LogPlane.Vault when entry.Has(LogField.Uri) => Path(entry[LogField.Uri], room),
        _ when entry.Has(LogField.ResourceId) => entry[LogField.ResourceId],
        _ when entry.Has(LogField.Entity) => entry[LogField.Entity],
        _ => entry[LogField.Scope],
    };

    public static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(text, word);

    public static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length >= word.Length && Is(text[..word.Length], word);

    public static bool EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length >= word.Length && Is(text[^word.Length..], word);

    private static bool Contains(ReadOnlySpan<byte> text, string word) =>
        Encoding.UTF8.GetString(text).Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The part after <c>/providers/</c> of a resource's id; empty if it has none.</summary>
    private static ReadOnlySpan<byte> Provider(ReadOnlySpan<byte> resource)
    {
        for (var slash = resource.IndexOf((byte)'/'); slash >= 0; slash = resource.IndexOf((byte)'/'))
        {
            var part = resource[..slash];
            resource = resource[(slash + 1)..];
            if (Is(part, "providers"u8))
            {
                var end = resource.IndexOf((byte)'/');
                return end < 0 ? resource : resource[..end];
            }
        }

        return default;
    }

    /// <summary><c>/account/container/blob</c>, or an address: its host's first label stands for the account or vault.</summary>
    private static ReadOnlySpan<byte> Path(ReadOnlySpan<byte> text, Span<byte> room)
    {
        var scheme = text.StartsWith("http"u8) ? text.IndexOf("://"u8) : -1;
        if (scheme < 0)
        {
            return text.Trim((byte)'/');
        }

        var rest = text[(scheme + 3)..];
        var query = rest.IndexOf((byte)'?');
        rest = (query < 0 ? rest : rest[..query]).TrimEnd((byte)'/');
        var slash = rest.IndexOf((byte)'/');
        var path = slash < 0 ? default : rest[slash..];
        var host = slash < 0 ? rest : rest[..slash];
        var label = host.IndexOf((byte)'.') is var dot and > 0 ? host[..dot] : host;
        if (label.Length + path.Length > room.Length)
        {
            room = new byte[label.Length + path.Length];
        }

        label.CopyTo(room);
        path.CopyTo(room[label.Length..]);
        return room[..(label.Length + path.Length)];
    }

    /// <summary>A status in digits or in words; what is neither says nothing.</summary>
    private static bool SaysNo(ReadOnlySpan<byte> says) =>
        says.Length >= 3 && says[0] is (byte)'3' or (byte)'4' or (byte)'5' && char.IsAsciiDigit((char)says[1])
        || Contains(says, "Error") || Contains(says, "Fail") || Contains(says, "Mismatch") || Contains(says, "NotFound")
        || Contains(says, "Not Found") || Contains(says, "Forbidden") || Contains(says, "Unauthorized") || Contains(says, "Denied")
        || Contains(says, "Conflict") || Contains(says, "Bad Request") || Contains(says, "BadRequest");
}

namespace RecordsGuard.Audit;

/// <summary>The audit log cannot be written. Nothing may be released, changed or purged: callers answer 503.</summary>
public sealed class AuditUnavailableException : Exception
{
    public AuditUnavailableException(Exception? inner = null)
        : base("The audit log cannot be written, so nothing is released or changed. Try again.", inner)
    {
    }
}

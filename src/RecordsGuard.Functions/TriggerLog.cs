namespace RecordsGuard.Functions;

internal static partial class TriggerLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Function {Function} failed, invocation {Invocation}: {Exception} {Place}")]
    public static partial void Failed(ILogger logger, string function, Guid invocation, string? exception, string? place);
}

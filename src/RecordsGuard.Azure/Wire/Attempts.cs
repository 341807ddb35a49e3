using Azure.Core;
using Azure.Core.Pipeline;

namespace RecordsGuard.Azure;

/// <summary>
/// Counts how often a call was sent. A conflict on the first try is somebody else's doing; on a later one it may be
/// our own, carried out by a try whose answer was lost.
/// </summary>
internal sealed class Attempts : HttpPipelineSynchronousPolicy
{
    private const string Property = "recordsguard-attempts";

    /// <summary>Counts the calls made in this asynchronous flow until it is disposed of.</summary>
    public static Count Begin() => new();

    public override void OnSendingRequest(HttpMessage message)
    {
        if (message.TryGetProperty(Property, out var value) && value is Count count)
        {
            count.Sent++;
        }
    }

    public sealed class Count : IDisposable
    {
        private readonly IDisposable scope;

        public Count() =>
            scope = HttpPipeline.CreateHttpMessagePropertiesScope(new Dictionary<string, object?> { [Property] = this });

        public int Sent { get; set; }

        public bool Retried => Sent > 1;

        public void Dispose() => scope.Dispose();
    }
}

using RecordsGuard.Local.SignIn;

namespace RecordsGuard.Local;

/// <summary>
/// The places where the function app can be killed on purpose: before and after every request that it sends to
/// storage or to the vault. Storage and vault call <see cref="ReachAsync"/> twice a request: when it has arrived and
/// nothing has been done, and when it has been carried out and nothing has been answered. Off unless armed.
/// </summary>
internal sealed class FaultPoints
{
    /// <summary>What a Functions host says of itself in its own requests' User-Agent.</summary>
    public const string HostAgent = "functions-host";

    private readonly Lock gate = new();
    private readonly List<string> reached = [];
    private int killAt;
    private bool counting;

    /// <summary>
    /// Kills the app whose identity this is (SIGKILL) and waits until it is gone; set by whoever runs the apps. Null:
    /// nobody can tell whose request it was.
    /// </summary>
    public Func<LocalIdentity?, Task>? Kill { get; set; }

    /// <summary>Starts counting at zero; the app dies at point <paramref name="at"/> (1 is the first), never if 0.</summary>
    public void Arm(int at)
    {
        lock (gate)
        {
            reached.Clear();
            killAt = at;
            counting = true;
        }
    }

    /// <summary>Stops counting and answers the points reached since <see cref="Arm"/>, in order.</summary>
    public IReadOnlyList<string> Disarm()
    {
        lock (gate)
        {
            counting = false;
            killAt = 0;
            return [.. reached];
        }
    }

    /// <summary>
    /// The sequencer works beside every operation, at moments of its own: its requests are no points of any. (Its own
    /// deaths are tested on the in-memory ports, at each of its calls.)
    /// </summary>
    private static bool IsBeside(string point) =>
        (point.Contains("/rgaudit/", StringComparison.Ordinal) && !point.EndsWith("POST /rgaudit/AuditPending", StringComparison.Ordinal))
        || point.Contains("/rgrecords/sequence", StringComparison.Ordinal)
        || point.Contains("/keys/log-checkpoints", StringComparison.Ordinal);

    /// <summary>Called by storage and vault; the caller must not go on with the request's connection after a kill.</summary>
    /// <param name="point">Such as <c>before PUT /rgrecords/records/…</c>: method and path, no query, no secret.</param>
    /// <param name="request">Of which headers tell who sent it. A host's own calls are no points: it is the platform.</param>
    /// <returns>True if the app was killed here: the request goes no further, its connection is to be aborted.</returns>
    public async ValueTask<bool> ReachAsync(string point, HttpRequest? request = null)
    {
        lock (gate)
        {
            if (!counting || IsBeside(point)
                || request?.Headers.UserAgent.ToString().Contains(HostAgent, StringComparison.Ordinal) is true)
            {
                return false;
            }

            reached.Add(point);
            if (reached.Count != killAt)
            {
                return false;
            }

            counting = false;
        }

        if (Kill is { } kill)
        {
            await kill(request is null ? null : LocalIdentities.Of(request.Headers.Authorization.ToString()));
        }

        return true;
    }
}

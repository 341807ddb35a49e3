using System.Diagnostics;
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
    private readonly List<FaultPoint> reached = [];
    private readonly List<ParkingPlace> places = [];
    private readonly Dictionary<string, string> functions = [];
    private TaskCompletionSource cleared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int killAt;
    private bool counting;

    /// <summary>
    /// Kills the app whose identity this is (SIGKILL) and waits until it is gone; set by whoever runs the apps. Null:
    /// nobody can tell whose request it was.
    /// </summary>
    public Func<LocalIdentity?, Task>? Kill { get; set; }

    /// <summary>How many points were reached, and who waits at their place now: by trace, or by the message that was asked for.</summary>
    public (int Reached, IReadOnlyList<string> Held) State
    {
        get
        {
            lock (gate)
            {
                return (reached.Count, [.. places.Where(p => p.Taken).Select(p => p.Message ?? p.Trace!)]);
            }
        }
    }

    /// <summary>Starts counting at zero; the app dies at point <paramref name="at"/> (1 is the first), never if 0.</summary>
    public void Arm(int at)
    {
        lock (gate)
        {
            Clear();
            killAt = at;
            counting = true;
        }
    }

    /// <summary>
    /// Holds one operation at a point of its own, until the next <see cref="Arm"/> or <see cref="Disarm"/> drops its
    /// connection: so that several can be where one kill finds each at another point.
    /// </summary>
    public void Park(ParkingPlace place)
    {
        lock (gate)
        {
            places.Add(place);
        }
    }

    /// <summary>Of a run that nobody sends by HTTP: whoever waits for its message has its trace now.</summary>
    public void Invoking(string trace, string function, string data)
    {
        lock (gate)
        {
            functions[trace] = function;
            places.Find(p => p.Trace is null && p.Function == function && data.Contains(p.Message ?? "", StringComparison.Ordinal))?.Trace = trace;
        }
    }

    /// <summary>Stops counting and answers the points reached since <see cref="Arm"/>, in order.</summary>
    public IReadOnlyList<FaultPoint> Disarm()
    {
        lock (gate)
        {
            FaultPoint[] points = [.. reached];
            Clear();
            return points;
        }
    }

    /// <summary>Called by storage and vault; the caller must not go on with the request's connection after a kill.</summary>
    /// <param name="point">Such as <c>before PUT /rgrecords/records/…</c>: method and path, no query, no secret.</param>
    /// <param name="request">Of which headers tell who sent it. A host's own calls are no points: it is the platform.</param>
    /// <returns>True if the app was killed here: the request goes no further, its connection is to be aborted.</returns>
    public async ValueTask<bool> ReachAsync(string point, HttpRequest? request = null)
    {
        Task? held = null;
        lock (gate)
        {
            if (!counting || IsBeside(point)
                || request?.Headers.UserAgent.ToString().Contains(HostAgent, StringComparison.Ordinal) is true)
            {
                return false;
            }

            var trace = TraceOf(request);
            reached.Add(new(point, trace, functions.GetValueOrDefault(trace)));
            if (places.Find(p => p.Trace == trace && p.At > 0 && p.At == reached.Count(r => r.Trace == trace)) is { } place)
            {
                place.Taken = true;
                held = cleared.Task;
            }
            else if (reached.Count == killAt)
            {
                counting = false;
            }
            else
            {
                return false;
            }
        }

        if (held is not null)
        {
            await held;
        }
        else if (Kill is { } kill)
        {
            await kill(request is null ? null : LocalIdentities.Of(request.Headers.Authorization.ToString()));
        }

        return true;
    }

    /// <summary>
    /// The sequencer works beside every operation, at moments of its own: its requests are no points of any. (Its own
    /// deaths are tested on the in-memory ports, at each of its calls.)
    /// </summary>
    private static bool IsBeside(string point) =>
        (point.Contains("/rgaudit/", StringComparison.Ordinal) && !point.EndsWith("POST /rgaudit/AuditPending", StringComparison.Ordinal))
        || point.Contains("/rgrecords/sequence", StringComparison.Ordinal)
        || point.Contains("/keys/log-checkpoints", StringComparison.Ordinal);

    private static string TraceOf(HttpRequest? request) =>
        ActivityContext.TryParse(request?.Headers.TraceParent, null, out var context) ? context.TraceId.ToHexString() : "";

    private void Clear()
    {
        reached.Clear();
        places.Clear();
        functions.Clear();
        killAt = 0;
        counting = false;
        cleared.SetResult();
        cleared = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>A place where the app could have died.</summary>
/// <param name="Trace">The W3C trace id of the operation that it belongs to; empty if the request names none.</param>
/// <param name="Function">The function that the host began the trace with; null: the trace came with an HTTP request.</param>
internal sealed record FaultPoint(string Point, string Trace, string? Function);

/// <summary>Where one operation is held: the n-th point of its trace.</summary>
/// <param name="trace">Its W3C trace id; null: that of the next run of <paramref name="function"/>.</param>
/// <param name="function">A function that is not HTTP.</param>
/// <param name="message">What the function's trigger must contain, such as an id.</param>
/// <param name="at">1 is the first; 0: it is not held.</param>
internal sealed class ParkingPlace(string? trace, string? function, string? message, int at)
{
    public string? Trace { get; set; } = trace;

    public string? Function { get; } = function;

    public string? Message { get; } = message;

    public int At { get; } = at;

    public bool Taken { get; set; }
}

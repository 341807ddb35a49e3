using System.Text.Json;

namespace RecordsGuard.Alerts.ResourceLogs;

/// <summary>What was in a file besides entries.</summary>
/// <param name="Others">JSON objects that are no log entries.</param>
/// <param name="Broken">Lines that nobody can read.</param>
public sealed record LogCounts(long Entries, long Others, long Broken);

/// <summary>
/// Reads Azure's logs in every shape they come in: objects a line, pretty-printed or one behind the other, arrays, and
/// envelopes such as <c>{"records":[…]}</c> at any depth. Memory is bounded by the longest entry. A line that cannot be
/// read is told and left out; what follows it is read again from the next line on, so that a broken line hides no other.
/// </summary>
/// <param name="start">What the stream's first byte is of the whole.</param>
/// <param name="grows">Whether more may come: what the bytes end inside of is then left, and is no broken line.</param>
internal sealed class LogEntries(Action<LogEntry> each, Action<BrokenLine> broken, long start = 0, bool grows = false)
{
    private const int FirstBuffer = 256 * 1024;
    private const int LongestEntry = 4 * 1024 * 1024;

    private static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true };
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    private readonly LogEntry entry = new();
    private byte[] buffer = new byte[FirstBuffer];
    private JsonReaderState state = new(Options);

    // The buffer's first byte is this one of the whole, in this line; lines are counted as far as counted.
    private long offset = start;
    private long line = 1;
    private int counted;

    // Up to here the buffer is done with, and the state is the reader's at that place.
    private int safe;
    private int depth;
    private bool skipping;
    private bool stopped;
    private long entries;
    private long others;
    private long unreadable;

    /// <summary>Everything before it was read or told as broken: where to go on.</summary>
    public long Done => offset;

    /// <summary>The entry that was just given, and all after it, are left.</summary>
    public void StopHere() => stopped = true;

    /// <summary>To the end of the stream. Call it once.</summary>
    public async Task<LogCounts> ReadAsync(Stream stream, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var length = 0;
        int read;
        do
        {
            read = await stream.ReadAsync(buffer.AsMemory(length), cancel);
            length += read;
            length = Read(length, final: read == 0 && !grows);
        }
        while (read > 0 && !stopped);
        return new(entries, others, unreadable);
    }

    /// <returns>How many bytes are left at the buffer's beginning.</returns>
    private int Read(int length, bool final)
    {
        if (offset == 0 && length < ByteOrderMark.Length && !final)
        {
            return length;
        }

        safe = offset == 0 && buffer.AsSpan(0, length).StartsWith(ByteOrderMark) ? ByteOrderMark.Length : 0;
        while ((!skipping || SkipLine(length, final)) && !IsDone(length))
        {
            try
            {
                Run(length, final);
                break;
            }
            catch (JsonException e)
            {
                Break(e.Message.Split('.')[0]);
            }
        }

        if (safe == 0 && length == buffer.Length)
        {
            Grow();
        }

        Count(safe);
        offset += safe;
        counted -= safe;
        buffer.AsSpan(safe, length - safe).CopyTo(buffer);
        return length - safe;
    }

    /// <summary>Nothing but white space is left.</summary>
    private bool IsDone(int length)
    {
        if (buffer.AsSpan(safe, length - safe).IndexOfAnyExcept(" \t\r\n"u8) >= 0)
        {
            return false;
        }

        safe = length;
        return true;
    }

    private void Run(int length, bool final)
    {
        var start = safe;
        var reader = new Utf8JsonReader(buffer.AsSpan(start, length - start), final, state);
        while (true)
        {
            state = reader.CurrentState;
            safe = start + (int)reader.BytesConsumed;
            depth = reader.CurrentDepth;
            if (!reader.Read())
            {
                return;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    entry.Begin(buffer);
                    var begin = start + (int)reader.TokenStartIndex;
                    switch (LogEntryParser.Read(ref reader, entry, start))
                    {
                        case LogEntryParser.Outcome.Cut:
                            return;
                        case LogEntryParser.Outcome.Whole:
                            Tell(begin, start + (int)reader.BytesConsumed);
                            if (stopped)
                            {
                                return;
                            }

                            break;
                        case LogEntryParser.Outcome.Envelope:
                            break;
                    }

                    break;
                case JsonTokenType.PropertyName: // of an envelope, beside what it holds
                    if (LogNames.Of(LogPart.Root).Find(reader.ValueSpan).Part != LogPart.Envelope && !(reader.Read() && reader.TrySkip()))
                    {
                        return;
                    }

                    break;
                case JsonTokenType.StartArray or JsonTokenType.EndArray or JsonTokenType.EndObject:
                    break;
                default:
                    others++;
                    break;
            }
        }
    }

    private void Tell(int begin, int end)
    {
        if (!entry.IsEntry)
        {
            others++;
            return;
        }

        Count(begin);
        entry.End(begin, end, offset + begin, line);
        each(entry);
        entries += stopped ? 0 : 1;
    }

    /// <summary>The line on which the unreadable thing begins is given up; the next is looked at afresh.</summary>
    private void Break(string reason)
    {
        if (depth == 0)
        {
            // Otherwise it is the envelope that was cut, here, and the next line may be whole.
            safe += buffer.AsSpan(safe).IndexOfAnyExcept(" \t\r\n"u8);
        }

        Count(safe);
        unreadable++;
        broken(new(offset + safe, line, reason));
        (state, depth) = (new(Options), 0);
        skipping = true;
    }

    private bool SkipLine(int length, bool final)
    {
        var end = buffer.AsSpan(safe, length - safe).IndexOf((byte)'\n');
        skipping = end < 0 && !final;
        safe = end < 0 ? length : safe + end + 1;
        return end >= 0;
    }

    /// <summary>An entry longer than any of Azure's is none: its line is left out, whatever its length.</summary>
    private void Grow()
    {
        if (buffer.Length < LongestEntry)
        {
            Array.Resize(ref buffer, buffer.Length * 2);
        }
        else
        {
            Break("An entry longer than any of Azure's");
            safe = buffer.Length;
        }
    }

    private void Count(int to)
    {
        if (to > counted)
        {
            line += buffer.AsSpan(counted, to - counted).Count((byte)'\n');
            counted = to;
        }
    }
}

/// <summary>A line that nobody can read.</summary>
/// <param name="Offset">In bytes from 0.</param>
/// <param name="Line">From 1.</param>
public sealed record BrokenLine(long Offset, long Line, string Reason);

/// <summary>Where an entry stands in a log.</summary>
/// <param name="Source">The log's name.</param>
/// <param name="Offset">In bytes from 0.</param>
/// <param name="Line">From 1.</param>
public readonly record struct LogPlace(string Source, long Offset, long Line, int Length);

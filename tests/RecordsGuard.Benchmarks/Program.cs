using System.Globalization;
using RecordsGuard.Benchmarks;

switch (args)
{
    case ["sealing"]:
        await SealingBenchmark.RunAsync();
        return 0;
    case ["transfer"]:
        await TransferBenchmark.RunAsync();
        return 0;
    case ["memory"]:
        await MemoryBenchmark.RunAsync(10L << 30);
        return 0;
    case ["memory", var mebibytes] when int.TryParse(mebibytes, NumberStyles.None, CultureInfo.InvariantCulture, out var count):
        await MemoryBenchmark.RunAsync((long)count << 20);
        return 0;
    case ["audit-verify", ..]:
        await AuditVerifyBenchmark.RunAsync();
        return 0;
    case ["resource-logs"]:
        await ResourceLogBenchmark.RunAsync();
        return 0;
    case ["audit"]:
        await AuditBenchmark.RunAsync();
        return 0;
    case ["report"]:
        await ReportBenchmark.RunAsync();
        return 0;
    case ["retention"]:
        RetentionBenchmark.Run();
        return 0;
    case ["sweep"]:
        await SweepBenchmark.RunAsync();
        return 0;
    case ["all"]:
        RetentionBenchmark.Run();
        await SweepBenchmark.RunAsync();
        await TransferBenchmark.RunAsync();
        await MemoryBenchmark.RunAsync(10L << 30);
        await AuditBenchmark.RunAsync();
        await AuditVerifyBenchmark.RunAsync();
        await ResourceLogBenchmark.RunAsync();
        await ReportBenchmark.RunAsync();
        await SealingBenchmark.RunAsync(); // last: it keeps to one core from then on
        return 0;
    default:
        await Console.Error.WriteLineAsync(
            """
            Usage: dotnet run -c Release --project tests/RecordsGuard.Benchmarks --
              sealing | transfer | memory [MiB] | retention | sweep | resource-logs | audit | audit-verify | report | all
            """);
        return 2;
}

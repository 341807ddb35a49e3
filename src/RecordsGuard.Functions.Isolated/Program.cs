// A placeholder until its own issue: a worker without functions. Names are qualified because `dotnet format` also reads
// this file where the worker's packages are missing, and would call its usings unnecessary.
Microsoft.Extensions.Hosting.HostingAbstractionsHostExtensions.Run(
    Microsoft.Azure.Functions.Worker.Builder.FunctionsApplication.CreateBuilder(args).Build());

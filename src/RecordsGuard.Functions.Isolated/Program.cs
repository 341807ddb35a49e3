using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

// A placeholder until its own issue: a worker without functions.
FunctionsApplication.CreateBuilder(args).Build().Run();

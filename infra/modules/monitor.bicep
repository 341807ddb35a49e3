// Where our telemetry goes, and who is told.
param prefix string
param insightsName string
param location string
param tags object
param alertEmails string[]

@description('Days that telemetry is kept. It holds ids only.')
param retentionDays int = 90

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: '${prefix}-telemetry'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableIpMasking: false
    // The program sends with the connection string alone (README.md, "Not verified").
    DisableLocalAuth: false
  }
}

resource security 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${prefix}-security'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: take('${prefix}security', 12)
    enabled: true
    emailReceivers: [
      for (address, i) in alertEmails: { name: 'security-${i}', emailAddress: address, useCommonAlertSchema: true }
    ]
  }
}

output workspaceId string = workspace.id
output insightsId string = insights.id
output actionGroupId string = security.id

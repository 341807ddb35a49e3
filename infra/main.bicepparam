// What azd deploys: the small practice of small-practice.bicepparam, from the environment.
using 'main.bicep'

param prefix = readEnvironmentVariable('RECORDSGUARD_PREFIX', 'rg')
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'practice')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param practices = split(readEnvironmentVariable('RECORDSGUARD_PRACTICES', 'practice'), ',')
param apps = [
  {
    name: 'practice'
    duties: ['ingest', 'access', 'custody', 'disposition', 'audit', 'alerts', 'keys']
  }
]
param frontDoor = false
param privateEndpoints = false
param hsmKeys = false
param audience = readEnvironmentVariable('RECORDSGUARD_AUDIENCE', 'api://recordsguard')
param alertEmails = filter(split(readEnvironmentVariable('RECORDSGUARD_ALERT_EMAILS', ''), ','), e => !empty(e))
param alertWebhook = readEnvironmentVariable('RECORDSGUARD_ALERT_WEBHOOK', '')
param inboxAddresses = filter(split(readEnvironmentVariable('RECORDSGUARD_INBOX_ADDRESSES', ''), ','), e => !empty(e))
param operatorAddresses = filter(
  split(readEnvironmentVariable('RECORDSGUARD_OPERATOR_ADDRESSES', ''), ','),
  e => !empty(e)
)
param rotation = bool(readEnvironmentVariable('RECORDSGUARD_ROTATION', 'false'))
param restore = bool(readEnvironmentVariable('RECORDSGUARD_RESTORE', 'false'))
